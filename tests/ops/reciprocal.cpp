#include "ebb/ops/reciprocal.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("reciprocal: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "reciprocal", [](const X& x) { return reciprocal(x); }, [](double v) { return 1 / v; }, 0.5, 5);
}

TEST_CASE_TEMPLATE("reciprocal: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return reciprocal(x); }, 0.5, 3);
}

TEST_CASE_TEMPLATE("reciprocal: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return reciprocal(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == inf);
  CHECK(at(inf) == 0);
  CHECK(at(T(-4)) == T(-0.25));
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
