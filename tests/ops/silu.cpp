#include "ebb/ops/silu.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("silu: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "silu", [](const X& x) { return silu(x); }, [](double v) { return v / (1 + std::exp(-v)); }, -9, 9);
}

TEST_CASE_TEMPLATE("silu: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return silu(x); }, -4, 4);
}

TEST_CASE_TEMPLATE("silu: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto at = [](T v) { return silu(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(T(10000)) == 10000);
  CHECK(at(T(-10000)) == 0);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
