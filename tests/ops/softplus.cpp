#include "ebb/ops/softplus.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("softplus: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "softplus", [](const X& x) { return softplus(x); }, [](double v) { return std::log1p(std::exp(v)); },
      -9, 9);
  check_unary<X>(
      "softplus", [](const X& x) { return softplus(x, 2); },
      [](double v) { return std::log1p(std::exp(2 * v)) / 2; }, -9, 9);
}

TEST_CASE_TEMPLATE("softplus: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return softplus(x); }, -4, 4);
  check_unary_gradient<D>([](const auto& x) { return softplus(x, 0.5); }, -4, 4);
}

TEST_CASE_TEMPLATE("softplus: special values and errors", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return softplus(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(10000)) == 10000);
  CHECK(at(T(-10000)) == 0);
  CHECK(at(inf) == inf);
  CHECK(at(-inf) == 0);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
  CHECK(error([] { (void)softplus(X({2}), 0); }) == "[softplus] beta is 0, it must be above 0");
}

}  // namespace ebb::test
