#include "ebb/ops/expm1.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("expm1: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "expm1", [](const X& x) { return expm1(x); }, [](double v) { return std::expm1(v); }, -5, 5);
}

TEST_CASE_TEMPLATE("expm1: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return expm1(x); }, -2, 2);
}

TEST_CASE_TEMPLATE("expm1: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return expm1(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(T(1e-20)) == T(1e-20));
  CHECK(at(T(10000)) == inf);
  CHECK(at(T(-10000)) == -1);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
