#include "ebb/ops/log.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("log: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "log", [](const X& x) { return log(x); }, [](double v) { return std::log(v); }, 0.01, 9);
}

TEST_CASE_TEMPLATE("log: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return log(x); }, 0.3, 3);
}

TEST_CASE_TEMPLATE("log: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return log(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(1)) == 0);
  CHECK(at(T(0)) == -inf);
  CHECK(std::isnan(at(T(-1))));
}

}  // namespace ebb::test
