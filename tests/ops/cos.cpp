#include "ebb/ops/cos.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("cos: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "cos", [](const X& x) { return cos(x); }, [](double v) { return std::cos(v); }, -9, 9);
}

TEST_CASE_TEMPLATE("cos: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return cos(x); }, -4, 4);
}

TEST_CASE_TEMPLATE("cos: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return cos(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 1);
  CHECK(std::isnan(at(inf)));
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
