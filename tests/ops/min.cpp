#include "ebb/ops/min.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "reductions.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("min: the formula", X, EBB_TEST_TYPES) {
  check_reduction<X>(
      "min", [](const X& x, const Axes& axes, const ReduceOptions& o) { return min(x, axes, o); },
      [](const std::vector<double>& group) { return *std::min_element(group.begin(), group.end()); }, -2, -1);
  CHECK(min(X({2, 3})).shape() == Shape{});
  CHECK(min(X({0, 3}), 1).shape() == Shape{0});
  CHECK(error([&] { (void)min(X()); }) == "[min] the input is undefined");
  CHECK(error([&] { (void)min(X({0, 3})); }) == "[min] (0, 3) has no elements to choose from");
  CHECK(error([&] { (void)min(X({0, 3}), 0); }) == "[min] (0, 3) has no elements to choose from");
}

TEST_CASE_TEMPLATE("min: the gradient", D, EBB_TEST_DEVICES) {
  check_reduction_gradient<D>(
      [](const auto& x, const Axes& axes, const ReduceOptions& o) { return min(x, axes, o); });
}

TEST_CASE_TEMPLATE("min: the gradient goes to the first of equals", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = tensor<T, typename X::device_type>({5, 1, 1, 4, 1, 6}, {2, 3}).requires_grad();
  min(x).backward();
  CHECK(values(x.grad()) == std::vector<T>{0, 1, 0, 0, 0, 0});
  x.zero_grad();
  min(x, 0).backward(full<T, typename X::device_type>({3}, T(2)));
  CHECK(values(x.grad()) == std::vector<T>{0, 2, 2, 2, 0, 0});
}

TEST_CASE_TEMPLATE("min: NaN and infinities", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const auto of = [](const std::vector<T>& v) { return min(tensor<T, typename X::device_type>(v)).item(); };
  CHECK(of({inf, inf}) == inf);
  CHECK(of({1, -inf, 2}) == -inf);
  CHECK(std::isnan(of({1, nan, -inf, 2, 3, 4, 5, 6})));
  CHECK(std::isnan(of({1, 2, 3, 4, 5, 6, nan})));
}

TEST_CASE("min: integers") {
  CHECK(values(min(tensor<std::int32_t>({4, 2, 3, 9}, {2, 2}), 1)) == std::vector<std::int32_t>{2, 3});
}

}  // namespace ebb::test
