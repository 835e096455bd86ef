#include "ebb/ops/round.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("round: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "round", [](const X& x) { return round(x); }, [](double v) { return std::nearbyint(v); }, -3, 3);
}

TEST_CASE_TEMPLATE("round: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return round(x); }, 0.6, 1.4);
}

TEST_CASE_TEMPLATE("round: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return round(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0.5)) == 0);
  CHECK(at(T(1.5)) == 2);
  CHECK(at(T(-2.5)) == -2);
  CHECK(at(inf) == inf);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

TEST_CASE("round: integers stay as they are") {
  const std::vector<std::int64_t> large{(std::int64_t{1} << 60) + 1, -3};
  CHECK(values(round(tensor<std::int64_t>(large))) == large);
}

}  // namespace ebb::test
