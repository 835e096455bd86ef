#include "ebb/ops/log1p.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("log1p: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "log1p", [](const X& x) { return log1p(x); }, [](double v) { return std::log1p(v); }, -0.9, 5);
}

TEST_CASE_TEMPLATE("log1p: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return log1p(x); }, -0.5, 3);
}

TEST_CASE_TEMPLATE("log1p: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return log1p(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(-1)) == -inf);
  CHECK(at(inf) == inf);
  CHECK(at(T(1e-20)) == T(1e-20));
  CHECK(std::isnan(at(T(-2))));
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

}  // namespace ebb::test
