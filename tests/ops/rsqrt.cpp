#include "ebb/ops/rsqrt.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("rsqrt: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "rsqrt", [](const X& x) { return rsqrt(x); }, [](double v) { return 1 / std::sqrt(v); }, 0.5, 5);
}

TEST_CASE_TEMPLATE("rsqrt: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return rsqrt(x); }, 0.5, 3);
}

TEST_CASE_TEMPLATE("rsqrt: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return rsqrt(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == inf);
  CHECK(at(T(4)) == T(0.5));
  CHECK(std::isnan(at(T(-1))));
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
