#include "ebb/ops/leaky_relu.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("leaky_relu: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "leaky_relu", [](const X& x) { return leaky_relu(x); }, [](double v) { return v > 0 ? v : 0.01 * v; },
      -1, 1);
}

TEST_CASE_TEMPLATE("leaky_relu: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return leaky_relu(x); }, 0.1, 1);
  check_unary_gradient<D>([](const auto& x) { return leaky_relu(x); }, -1, -0.1);
}

TEST_CASE_TEMPLATE("leaky_relu: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return leaky_relu(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(-inf) == -inf);
  CHECK(at(inf) == inf);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

TEST_CASE_TEMPLATE("leaky_relu: the gradient where it jumps", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto slope = [](T v) {
    const X x = full<T, typename X::device_type>({}, v).requires_grad();
    leaky_relu(x, T(0.25)).backward();
    return x.grad().item();
  };
  CHECK(slope(T(0)) == T(0.25));
  CHECK(slope(T(-1)) == T(0.25));
  CHECK(slope(T(1)) == 1);
}

}  // namespace ebb::test
