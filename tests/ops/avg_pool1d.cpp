#include "ebb/ops/avg_pool1d.hpp"

#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "pool1d_cases.hpp"

using ebb::avg_pool1d;
using ebb::Tensor;

TEST_CASE_TEMPLATE("avg_pool1d divides the sum of each window by the kernel, and so does its gradient", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const auto& c : ebb::test::pool1d_cases()) {
    CAPTURE(c.shape);
    const X x = ebb::randn<T, D>(c.shape).requires_grad();
    const X y = avg_pool1d(x, c.options);
    const ebb::test::Windows windows(c.shape, c.options);
    CHECK(y.shape() == windows.shape);
    const X dy = ebb::randn<T, D>(windows.shape);
    y.backward(dy);
    const std::vector<double> values = ebb::test::doubles(x), from = ebb::test::doubles(dy);
    std::vector<double> means(from.size()), dx(values.size());
    for (std::size_t i = 0; i < means.size(); ++i) {
      for (const std::size_t place : windows.places[i]) {
        means[i] += values[place] / static_cast<double>(c.options.kernel);
        dx[place] += from[i] / static_cast<double>(c.options.kernel);
      }
    }
    CHECK(ebb::test::difference(y, means) < ebb::test::tolerance<T>);
    CHECK(ebb::test::difference(x.grad(), dx) < ebb::test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("avg_pool1d: gradient", D, EBB_TEST_DEVICES) {
  for (const auto& c : ebb::test::pool1d_cases()) {
    if (c.shape.size() > 300) continue;
    CAPTURE(c.shape);
    const auto check = ebb::gradcheck([&](const auto& x) { return avg_pool1d(x, c.options); },
                                      ebb::randn<double, D>(c.shape));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE_TEMPLATE("avg_pool1d: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([&] { (void)avg_pool1d(X({4, 5})); }) == "[avg_pool1d] input (4, 5) must be (N, C, L)");
  CHECK(error([&] {
          (void)avg_pool1d(X({2, 3, 0}));
        }) == "[avg_pool1d] input (2, 3, 0) with padding 0 is shorter than kernel 2");
  CHECK(error([&] {
          (void)avg_pool1d(X({2, 3, 5}), {.stride = -1});
        }) ==
        "[avg_pool1d] kernel 2, stride -1 and padding 0 are no window: expected a kernel of at least 1 and a "
        "stride of at least 0, both below 2^60, and a padding from 0 to half the kernel");
}
