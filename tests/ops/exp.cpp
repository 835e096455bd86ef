#include "ebb/ops/exp.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("exp: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "exp", [](const X& x) { return exp(x); }, [](double v) { return std::exp(v); }, -5, 5);
}

TEST_CASE_TEMPLATE("exp: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return exp(x); }, -2, 2);
}

TEST_CASE_TEMPLATE("exp: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return exp(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 1);
  CHECK(at(T(-10000)) == 0);
  CHECK(at(T(10000)) == inf);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
