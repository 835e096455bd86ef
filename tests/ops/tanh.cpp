#include "ebb/ops/tanh.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("tanh: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "tanh", [](const X& x) { return tanh(x); }, [](double v) { return std::tanh(v); }, -4, 4);
}

TEST_CASE_TEMPLATE("tanh: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return tanh(x); }, -2, 2);
}

TEST_CASE_TEMPLATE("tanh: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto at = [](T v) { return tanh(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(T(10000)) == 1);
  CHECK(at(T(-10000)) == -1);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
