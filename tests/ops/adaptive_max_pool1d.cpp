#include "ebb/ops/adaptive_max_pool1d.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/max_pool1d.hpp"

using ebb::adaptive_max_pool1d;
using ebb::Index;
using ebb::Shape;

TEST_CASE_TEMPLATE("adaptive_max_pool1d: the largest of windows that cover the row", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  // Windows [0, 2), [1, 4), [3, 5).
  const X x = ebb::tensor<T, D>({1, 5, 3, 4, 4}, {1, 1, 5}).requires_grad();
  const X y = adaptive_max_pool1d(x, 3);
  CHECK(ebb::test::values(y) == std::vector<T>{5, 5, 4});
  y.backward(ebb::tensor<T, D>({1, 2, 4}, {1, 1, 3}));
  CHECK(ebb::test::values(x.grad()) == std::vector<T>{0, 3, 0, 4, 0});
  const X random = ebb::randn<T, D>({3, 2, 12});
  for (const Index length : {1, 2, 3, 4, 6, 12})
    CHECK(ebb::test::values(adaptive_max_pool1d(random, length)) ==
          ebb::test::values(max_pool1d(random, {.kernel = 12 / length})));
  CHECK(adaptive_max_pool1d(X({0, 2, 5}), 3).shape() == Shape{0, 2, 3});
  const T nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(std::isnan(adaptive_max_pool1d(ebb::tensor<T, D>({1, nan, 7}, {1, 1, 3}), 1).item()));
  CHECK(std::isnan(adaptive_max_pool1d(ebb::tensor<T, D>({nan, 1, 7}, {1, 1, 3}), 1).item()));
}

TEST_CASE_TEMPLATE("adaptive_max_pool1d: gradient", D, EBB_TEST_DEVICES) {
  for (const Index length : {1, 2, 3, 7, 9}) {
    const auto check = ebb::gradcheck([&](const auto& x) { return adaptive_max_pool1d(x, length); },
                                      ebb::randn<double, D>({2, 3, 7}));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE_TEMPLATE("adaptive_max_pool1d: errors", X, EBB_TEST_TYPES) {
  CHECK(ebb::test::error([] {
          (void)adaptive_max_pool1d(X({1, 2, 0}), 2);
        }) == "[adaptive_max_pool1d] input (1, 2, 0) must be (N, C, L) with L at least 1");
}
