#include "ebb/ops/sigmoid.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("sigmoid: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "sigmoid", [](const X& x) { return sigmoid(x); }, [](double v) { return 1 / (1 + std::exp(-v)); }, -9,
      9);
}

TEST_CASE_TEMPLATE("sigmoid: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return sigmoid(x); }, -4, 4);
}

TEST_CASE_TEMPLATE("sigmoid: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return sigmoid(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == T(0.5));
  CHECK(at(T(10000)) == 1);
  CHECK(at(T(-10000)) == 0);
  CHECK(at(inf) == 1);
  CHECK(at(-inf) == 0);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

TEST_CASE_TEMPLATE("sigmoid: the gradient at extreme values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto slope = [](T v) {
    const X x = full<T, typename X::device_type>({}, v).requires_grad();
    sigmoid(x).backward();
    return x.grad().item();
  };
  CHECK(slope(T(10000)) == 0);
  CHECK(slope(T(-10000)) == 0);
}

}  // namespace ebb::test
