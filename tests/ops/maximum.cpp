#include "ebb/ops/maximum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("maximum: the formula, broadcast", X, EBB_TEST_TYPES) {
  check_binary<X>(
      "maximum", [](const auto& a, const auto& b) { return maximum(a, b); },
      [](double a, double b) { return std::max(a, b); }, -1, 1);
}

TEST_CASE_TEMPLATE("maximum: the gradient", D, EBB_TEST_DEVICES) {
  check_binary_gradient<D>([](const auto& a, const auto& b) { return maximum(a, b); }, -1, 1);
}

TEST_CASE_TEMPLATE("maximum: equal operands share the gradient", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X a = tensor<T, D>({1, 2, 3}).requires_grad(), b = tensor<T, D>({2, 2, 2}).requires_grad();
  maximum(a, b).backward(full<T, D>({3}, T(4)));
  CHECK(values(a.grad()) == std::vector<T>{0, 2, 4});
  CHECK(values(b.grad()) == std::vector<T>{4, 2, 0});
  a.zero_grad();
  maximum(a, 2).backward(full<T, D>({3}, T(4)));
  CHECK(values(a.grad()) == std::vector<T>{0, 2, 4});
}

TEST_CASE_TEMPLATE("maximum: NaN on either side", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T nan = std::numeric_limits<T>::quiet_NaN(), inf = std::numeric_limits<T>::infinity();
  const X a = tensor<T, D>({nan, 1, nan, inf}), b = tensor<T, D>({1, nan, nan, -inf});
  const auto y = values(maximum(a, b));
  CHECK(std::isnan(y[0]));
  CHECK(std::isnan(y[1]));
  CHECK(std::isnan(y[2]));
  CHECK(y[3] == inf);
}

TEST_CASE("maximum: integers") {
  const auto a = tensor<std::int32_t>({1, -2, 3});
  CHECK(values(maximum(a, 2)) == std::vector<std::int32_t>{2, 2, 3});
}

}  // namespace ebb::test
