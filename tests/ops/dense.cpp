#include "ebb/ops/dense.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

using namespace ebb;
using test::values;

TEST_CASE_TEMPLATE("dense: x weight^T + bias", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const auto& [n, in, out] : {std::array<Index, 3>{4, 3, 2}, {1, 1500, 400}, {130, 33, 50}, {0, 3, 2}}) {
    const X x = randn<T, D>({n, in}), w = randn<T, D>({out, in}), b = randn<T, D>({out});
    const auto y = values(dense(x, w, b)), without = values(dense(x, w));
    const auto xs = values(x), ws = values(w), bs = values(b);
    // Partial sums grow like the root of `in`, and so does the number of roundings that do not cancel.
    const double tolerance =
        3 * static_cast<double>(std::numeric_limits<T>::epsilon()) * static_cast<double>(in + 4);
    for (Index i = 0; i < n; ++i) {
      for (Index f = 0; f < out; ++f) {
        double sum = 0;
        for (Index j = 0; j < in; ++j)
          sum += static_cast<double>(xs[static_cast<std::size_t>(i * in + j)]) *
                 static_cast<double>(ws[static_cast<std::size_t>(f * in + j)]);
        const auto at = static_cast<std::size_t>(i * out + f);
        REQUIRE(std::abs(static_cast<double>(without[at]) - sum) <= tolerance);
        REQUIRE(std::abs(static_cast<double>(y[at]) - sum -
                         static_cast<double>(bs[static_cast<std::size_t>(f)])) <= tolerance);
      }
    }
  }
}

TEST_CASE_TEMPLATE("dense: gradient", D, EBB_TEST_DEVICES) {
  for (const auto& [n, in, out] : {std::array<Index, 3>{4, 3, 2}, {1, 7, 5}, {9, 2, 11}, {0, 3, 2}}) {
    const auto f = [](const auto& x, const auto& w, const auto& b) { return dense(x, w, b); };
    const GradCheck check =
        gradcheck(f, {randn<double, D>({n, in}), randn<double, D>({out, in}), randn<double, D>({out})});
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE("dense: errors") {
  const Tensor<float> w({5, 3});
  CHECK(test::error([&] {
          (void)dense(Tensor<float>({2, 4}), w);
        }) == "[dense] input (2, 4) has 4 features, the weight (5, 3) expects 3");
  CHECK(test::error([&] {
          (void)dense(Tensor<float>({2, 3}), w, Tensor<float>({4}));
        }) == "[dense] bias (4,) does not fit the weight (5, 3): expected (5,)");
  CHECK(test::error([&] { (void)dense(Tensor<float>({2, 3, 4}), w); }).find("(N, in)") != std::string::npos);
}
