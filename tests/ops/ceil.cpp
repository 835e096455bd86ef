#include "ebb/ops/ceil.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("ceil: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "ceil", [](const X& x) { return ceil(x); }, [](double v) { return std::ceil(v); }, -3, 3);
}

TEST_CASE_TEMPLATE("ceil: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return ceil(x); }, 0.1, 0.9);
}

TEST_CASE_TEMPLATE("ceil: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return ceil(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0.5)) == 1);
  CHECK(at(inf) == inf);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

TEST_CASE("ceil: integers stay as they are") {
  const std::vector<std::int64_t> large{(std::int64_t{1} << 60) + 1, -3};
  CHECK(values(ceil(tensor<std::int64_t>(large))) == large);
}

}  // namespace ebb::test
