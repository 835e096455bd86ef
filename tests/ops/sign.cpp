#include "ebb/ops/sign.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("sign: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "sign", [](const X& x) { return sign(x); }, [](double v) { return (v > 0) - (v < 0); }, -1, 1);
}

TEST_CASE_TEMPLATE("sign: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return sign(x); }, 0.1, 1);
  check_unary_gradient<D>([](const auto& x) { return sign(x); }, -1, -0.1);
}

TEST_CASE_TEMPLATE("sign: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return sign(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(T(-0.0)) == 0);
  CHECK(at(inf) == 1);
  CHECK(at(-inf) == -1);
  CHECK(at(static_cast<T>(NAN)) == 0);
}

}  // namespace ebb::test
