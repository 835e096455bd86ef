#include "ebb/ops/sin.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("sin: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "sin", [](const X& x) { return sin(x); }, [](double v) { return std::sin(v); }, -9, 9);
}

TEST_CASE_TEMPLATE("sin: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return sin(x); }, -4, 4);
}

TEST_CASE_TEMPLATE("sin: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return sin(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(std::isnan(at(inf)));
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
