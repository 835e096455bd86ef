#include "ebb/ops/sqrt.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("sqrt: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "sqrt", [](const X& x) { return sqrt(x); }, [](double v) { return std::sqrt(v); }, 0, 9);
}

TEST_CASE_TEMPLATE("sqrt: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return sqrt(x); }, 0.3, 3);
}

TEST_CASE_TEMPLATE("sqrt: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto at = [](T v) { return sqrt(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(4)) == 2);
  CHECK(at(T(0)) == 0);
  CHECK(std::isnan(at(T(-1))));
}

}  // namespace ebb::test
