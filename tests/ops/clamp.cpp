#include "ebb/ops/clamp.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("clamp: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "clamp", [](const X& x) { return clamp(x, -1, 2); },
      [](double v) { return std::min(std::max(v, -1.0), 2.0); }, -4, 4);
}

TEST_CASE_TEMPLATE("clamp: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return clamp(x, -1, 2); }, -0.9, 1.9);
  check_unary_gradient<D>([](const auto& x) { return clamp(x, -1, 2); }, -3, -1.1);
  check_unary_gradient<D>([](const auto& x) { return clamp(x, -1, 2); }, 2.1, 3);
}

TEST_CASE_TEMPLATE("clamp: the gradient where it jumps", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto slope = [](T v) {
    const X x = full<T, typename X::device_type>({}, v).requires_grad();
    clamp(x, -1, 2).backward();
    return x.grad().item();
  };
  CHECK(slope(T(-1)) == 1);
  CHECK(slope(T(2)) == 1);
  CHECK(slope(T(-1.5)) == 0);
  CHECK(slope(T(2.5)) == 0);
  CHECK(slope(T(0)) == 1);
}

TEST_CASE_TEMPLATE("clamp: bounds and NaN", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = full<T, typename X::device_type>({1}, std::numeric_limits<T>::quiet_NaN());
  CHECK(std::isnan(clamp(x, 0, 1).item()));
  CHECK(values(clamp(X({2}), 3, 3)) == std::vector<T>{3, 3});
  CHECK(error([&] { (void)clamp(x, 1, 0); }) == "[clamp] the lower bound 1 is above the upper bound 0");
  CHECK(error([&] { (void)clamp(x, std::numeric_limits<T>::quiet_NaN(), 1); }).starts_with("[clamp]"));
}

}  // namespace ebb::test
