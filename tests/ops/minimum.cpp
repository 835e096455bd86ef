#include "ebb/ops/minimum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("minimum: the formula, broadcast", X, EBB_TEST_TYPES) {
  check_binary<X>(
      "minimum", [](const auto& a, const auto& b) { return minimum(a, b); },
      [](double a, double b) { return std::min(a, b); }, -1, 1);
}

TEST_CASE_TEMPLATE("minimum: the gradient", D, EBB_TEST_DEVICES) {
  check_binary_gradient<D>([](const auto& a, const auto& b) { return minimum(a, b); }, -1, 1);
}

TEST_CASE_TEMPLATE("minimum: equal operands share the gradient", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X a = tensor<T, D>({1, 2, 3}).requires_grad(), b = tensor<T, D>({2, 2, 2}).requires_grad();
  minimum(a, b).backward(full<T, D>({3}, T(4)));
  CHECK(values(a.grad()) == std::vector<T>{4, 2, 0});
  CHECK(values(b.grad()) == std::vector<T>{0, 2, 4});
  a.zero_grad();
  minimum(a, 2).backward(full<T, D>({3}, T(4)));
  CHECK(values(a.grad()) == std::vector<T>{4, 2, 0});
}

TEST_CASE_TEMPLATE("minimum: NaN on either side", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T nan = std::numeric_limits<T>::quiet_NaN(), inf = std::numeric_limits<T>::infinity();
  const X a = tensor<T, D>({nan, 1, nan, inf}), b = tensor<T, D>({1, nan, nan, -inf});
  const auto y = values(minimum(a, b));
  CHECK(std::isnan(y[0]));
  CHECK(std::isnan(y[1]));
  CHECK(std::isnan(y[2]));
  CHECK(y[3] == -inf);
}

TEST_CASE("minimum: integers") {
  const auto a = tensor<std::int32_t>({1, -2, 3});
  CHECK(values(minimum(a, 2)) == std::vector<std::int32_t>{1, -2, 2});
}

}  // namespace ebb::test
