#include "ebb/ops/elu.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("elu: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "elu", [](const X& x) { return elu(x); }, [](double v) { return v > 0 ? v : std::expm1(v); }, -5, 5);
  check_unary<X>(
      "elu", [](const X& x) { return elu(x, 0.5); }, [](double v) { return v > 0 ? v : 0.5 * std::expm1(v); },
      -5, 5);
}

TEST_CASE_TEMPLATE("elu: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return elu(x, 0.5); }, 0.1, 2);
  check_unary_gradient<D>([](const auto& x) { return elu(x, 0.5); }, -2, -0.1);
}

TEST_CASE_TEMPLATE("elu: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return elu(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(inf) == inf);
  CHECK(at(-inf) == -1);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

TEST_CASE_TEMPLATE("elu: the gradient where it jumps", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = full<T, typename X::device_type>({}, T(0)).requires_grad();
  elu(x, T(0.25)).backward();
  CHECK(x.grad().item() == T(0.25));
}

}  // namespace ebb::test
