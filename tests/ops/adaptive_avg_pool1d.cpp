#include "ebb/ops/adaptive_avg_pool1d.hpp"

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/avg_pool1d.hpp"

using ebb::adaptive_avg_pool1d;
using ebb::Index;
using ebb::Shape;

TEST_CASE_TEMPLATE("adaptive_avg_pool1d: means of windows that cover the row", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  // Windows [0, 2), [1, 4), [3, 5).
  const X x = ebb::tensor<T, D>({1, 2, 3, 4, 5}, {1, 1, 5});
  CHECK(ebb::test::values(adaptive_avg_pool1d(x, 3)) == std::vector<T>{T(1.5), 3, T(4.5)});
  // More windows than samples.
  const X two = ebb::tensor<T, D>({1, 3}, {1, 1, 2});
  CHECK(ebb::test::values(adaptive_avg_pool1d(two, 3)) == std::vector<T>{1, 2, 3});
  const X y = ebb::randn<T, D>({3, 2, 12});
  for (const Index length : {1, 2, 3, 4, 6, 12})
    CHECK(ebb::test::difference(adaptive_avg_pool1d(y, length),
                                ebb::test::doubles(avg_pool1d(y, {.kernel = 12 / length}))) <
          ebb::test::tolerance<T>);
  CHECK(adaptive_avg_pool1d(X({0, 2, 5}), 3).shape() == Shape{0, 2, 3});
}

TEST_CASE_TEMPLATE("adaptive_avg_pool1d: gradient", D, EBB_TEST_DEVICES) {
  for (const Index length : {1, 2, 3, 7, 9}) {
    const auto check = ebb::gradcheck([&](const auto& x) { return adaptive_avg_pool1d(x, length); },
                                      ebb::randn<double, D>({2, 3, 7}));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE_TEMPLATE("adaptive_avg_pool1d: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] {
          (void)adaptive_avg_pool1d(X({4, 5}), 2);
        }) == "[adaptive_avg_pool1d] input (4, 5) must be (N, C, L) with L at least 1");
  CHECK(error([] {
          (void)adaptive_avg_pool1d(X({1, 4, 5}), 0);
        }) == "[adaptive_avg_pool1d] the length 0 of the result must be at least 1");
}
