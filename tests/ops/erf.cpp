#include "ebb/ops/erf.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("erf: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "erf", [](const X& x) { return erf(x); }, [](double v) { return std::erf(v); }, -4, 4);
}

TEST_CASE_TEMPLATE("erf: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return erf(x); }, -2, 2);
}

TEST_CASE_TEMPLATE("erf: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return erf(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(inf) == 1);
  CHECK(at(-inf) == -1);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
