#include "ebb/ops/gelu.hpp"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("gelu: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "gelu", [](const X& x) { return gelu(x); },
      [](double v) { return v * 0.5 * std::erfc(-v / std::numbers::sqrt2); }, -6, 6);
  check_unary<X>(
      "gelu", [](const X& x) { return gelu(x, GeluApproximation::tanh); },
      [](double v) {
        return 0.5 * v * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (v + 0.044715 * v * v * v)));
      },
      -6, 6);
}

TEST_CASE_TEMPLATE("gelu: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return gelu(x); }, -3, 3);
  check_unary_gradient<D>([](const auto& x) { return gelu(x, GeluApproximation::tanh); }, -3, 3);
}

TEST_CASE_TEMPLATE("gelu: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  for (const GeluApproximation form : {GeluApproximation::none, GeluApproximation::tanh}) {
    const auto at = [form](T v) { return gelu(full<T, typename X::device_type>({}, v), form).item(); };
    CHECK(at(T(0)) == 0);
    CHECK(at(T(10000)) == 10000);
    CHECK(at(T(-10000)) == 0);
    CHECK(std::isnan(at(static_cast<T>(NAN))));
  }
  // The tail keeps its digits.
  const T tail = gelu(full<T, typename X::device_type>({}, T(-8))).item();
  CHECK(static_cast<double>(tail) == doctest::Approx(-8 * 6.220960574271785e-16));
}

}  // namespace ebb::test
