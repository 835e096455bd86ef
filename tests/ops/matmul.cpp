#include "ebb/ops/matmul.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "threads.hpp"

using namespace ebb;
using test::values;

namespace {

struct Case {
  Index batch, m, n, k;
};
const std::vector<Case> cases{{1, 1, 1, 1}, {1, 3, 5, 7}, {1, 8, 48, 16}, {1, 9, 49, 300}, {1, 130, 97, 33},
                              {3, 4, 5, 6}, {1, 0, 3, 4}, {1, 3, 0, 4},   {1, 3, 4, 0},    {2, 17, 200, 513}};

template <class T>
std::vector<double> product(const Case& c, const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<double> out(static_cast<std::size_t>(c.batch * c.m * c.n));
  for (Index item = 0; item < c.batch; ++item)
    for (Index i = 0; i < c.m; ++i)
      for (Index j = 0; j < c.n; ++j)
        for (Index l = 0; l < c.k; ++l)
          out[static_cast<std::size_t>((item * c.m + i) * c.n + j)] +=
              static_cast<double>(a[static_cast<std::size_t>((item * c.m + i) * c.k + l)]) *
              static_cast<double>(b[static_cast<std::size_t>((item * c.k + l) * c.n + j)]);
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("matmul: values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const Case& c : cases) {
    CAPTURE(c.m);
    CAPTURE(c.n);
    CAPTURE(c.k);
    const bool stack = c.batch > 1;
    const X a = randn<T, D>(stack ? Shape{c.batch, c.m, c.k} : Shape{c.m, c.k});
    const X b = randn<T, D>(stack ? Shape{c.batch, c.k, c.n} : Shape{c.k, c.n});
    const X y = matmul(a, b);
    CHECK(y.shape() == (stack ? Shape{c.batch, c.m, c.n} : Shape{c.m, c.n}));
    const auto expected = product(c, values(a), values(b));
    const auto got = values(y);
    // Partial sums grow like the root of k, and so does the number of roundings that do not cancel.
    const double tolerance =
        3 * static_cast<double>(std::numeric_limits<T>::epsilon()) * static_cast<double>(c.k + 4);
    for (std::size_t i = 0; i < got.size(); ++i)
      REQUIRE(std::abs(static_cast<double>(got[i]) - expected[i]) <= tolerance);
  }
}

TEST_CASE_TEMPLATE("matmul: gradient", D, EBB_TEST_DEVICES) {
  for (const Case& c : cases) {
    if (c.m * c.n * c.k > 400) continue;
    const bool stack = c.batch > 1;
    const auto f = [](const auto& a, const auto& b) { return matmul(a, b); };
    const GradCheck check =
        gradcheck(f, {randn<double, D>(stack ? Shape{c.batch, c.m, c.k} : Shape{c.m, c.k}),
                      randn<double, D>(stack ? Shape{c.batch, c.k, c.n} : Shape{c.k, c.n})});
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE("matmul: results do not depend on the number of threads") {
  const Tensor<float> a = randn<float>({131, 1000}), b = randn<float>({1000, 99});
  const auto with_threads = [&](int count) {
    const test::Threads threads(count);
    return values(matmul(a, b));
  };
  const auto expected = with_threads(1);
  for (const int count : {2, 3, 7}) CHECK(with_threads(count) == expected);
}

TEST_CASE("matmul: errors") {
  CHECK(
      test::error([] {
        (void)matmul(Tensor<float>({2, 3}), Tensor<float>({4, 5}));
      }) ==
      "[matmul] shapes (2, 3) and (4, 5) do not multiply: expected (..., M, K) and (..., K, N) with the same "
      "leading axes");
  CHECK(test::error([] { (void)matmul(Tensor<float>({3}), Tensor<float>({3})); }).substr(0, 8) == "[matmul]");
  CHECK(test::error([] {
          (void)matmul(Tensor<float>({2, 2, 3}), Tensor<float>({3, 3, 5}));
        }).substr(0, 8) == "[matmul]");
}
