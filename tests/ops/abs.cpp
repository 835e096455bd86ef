#include "ebb/ops/abs.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("abs: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "abs", [](const X& x) { return abs(x); }, [](double v) { return std::abs(v); }, -2, 2);
}

TEST_CASE_TEMPLATE("abs: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return abs(x); }, 0.1, 1);
  check_unary_gradient<D>([](const auto& x) { return abs(x); }, -1, -0.1);
}

TEST_CASE_TEMPLATE("abs: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity();
  const auto at = [](T v) { return abs(full<T, typename X::device_type>({}, v)).item(); };
  CHECK(at(T(0)) == 0);
  CHECK(at(-inf) == inf);
  CHECK(std::isnan(at(static_cast<T>(NAN))));
}

TEST_CASE_TEMPLATE("abs: the gradient where it jumps", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto slope = [](T v) {
    const X x = full<T, typename X::device_type>({}, v).requires_grad();
    abs(x).backward();
    return x.grad().item();
  };
  CHECK(slope(T(0)) == 0);
  CHECK(slope(T(-3)) == -1);
  CHECK(slope(T(3)) == 1);
}

TEST_CASE("abs: integers") {
  CHECK(values(abs(tensor<std::int32_t>({-3, 0, 4}))) == std::vector<std::int32_t>{3, 0, 4});
}

}  // namespace ebb::test
