#include "ebb/ops/floor.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("floor: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "floor", [](const X& x) { return floor(x); }, [](double v) { return std::floor(v); }, -3, 3);
}

TEST_CASE_TEMPLATE("floor: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return floor(x); }, 0.1, 0.9);
}

TEST_CASE_TEMPLATE("floor: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return floor(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(-0.5)) == -1);
  CHECK(at(inf) == inf);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

TEST_CASE("floor: integers stay as they are") {
  const std::vector<std::int64_t> large{(std::int64_t{1} << 60) + 1, -3};
  CHECK(values(floor(tensor<std::int64_t>(large))) == large);
}

}  // namespace ebb::test
