#include "ebb/ops/pow.hpp"

#include <cmath>
#include <cstdint>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("pow: the formula, broadcast", X, EBB_TEST_TYPES) {
  check_binary<X>(
      "pow", [](const auto& a, const auto& b) { return pow(a, b); },
      [](double a, double b) { return std::pow(a, b); }, 0.5, 3);
}

TEST_CASE_TEMPLATE("pow: the gradient", D, EBB_TEST_DEVICES) {
  check_binary_gradient<D>([](const auto& a, const auto& b) { return pow(a, b); }, 0.5, 3);
  for (const double exponent : {2.0, 3.0, -1.0, 0.0, 1.0})
    check_unary_gradient<D>([exponent](const auto& x) { return pow(x, exponent); }, -3, -1);
}

TEST_CASE_TEMPLATE("pow: zeros and negative bases", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X base = tensor<T, D>({0, 0, -2, -8, 3}).requires_grad();
  const X exponent = tensor<T, D>({0, 2, 3, T(1.0 / 3), 0}).requires_grad();
  const X y = pow(base, exponent);
  const auto out = values(y);
  CHECK(out[0] == 1);
  CHECK(out[1] == 0);
  CHECK(out[2] == -8);
  CHECK(std::isnan(out[3]));
  CHECK(out[4] == 1);
  y.backward(ones<T, D>({5}));
  CHECK(values(base.grad())[0] == 0);
  CHECK(values(base.grad())[1] == 0);
  CHECK(values(base.grad())[2] == 12);
  CHECK(values(base.grad())[4] == 0);
  CHECK(values(exponent.grad())[0] == 0);
  CHECK(values(exponent.grad())[1] == 0);

  const X x = tensor<T, D>({0}).requires_grad();
  pow(x, 0).backward(ones<T, D>({1}));
  CHECK(x.grad().item() == 0);
}

TEST_CASE("pow: integers") {
  using Values = std::vector<std::int64_t>;
  const auto base = tensor<std::int64_t>({3, -3, 2, 1, -1, -1, 7, 0});
  const auto exponent = tensor<std::int64_t>({39, 3, -1, -5, -3, -4, 0, 0});
  CHECK(values(pow(base, exponent)) == Values{4052555153018976267, -27, 0, 1, -1, 1, 1, 1});
  CHECK(values(pow(base, 2)) == Values{9, 9, 4, 1, 1, 1, 49, 0});
  CHECK(values(pow(tensor<std::uint8_t>({2, 3, 10}), 3)) == std::vector<std::uint8_t>{8, 27, 232});
}

}  // namespace ebb::test
