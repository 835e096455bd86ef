#include "ebb/ops/multiply.hpp"

#include <doctest/doctest.h>

#include "ebb/ops/slice.hpp"
#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("multiply: the formula, broadcast", X, EBB_TEST_TYPES) {
  check_binary<X>(
      "multiply", [](const auto& a, const auto& b) { return a * b; },
      [](double a, double b) { return a * b; }, -2, 2);
}

TEST_CASE_TEMPLATE("multiply: the gradient", D, EBB_TEST_DEVICES) {
  check_binary_gradient<D>([](const auto& a, const auto& b) { return a * b; }, -2, 2);
}

TEST_CASE_TEMPLATE("multiply: in place", X, EBB_TEST_TYPES) {
  check_update<X>(
      "multiply", [](const auto& a, const auto& b) { return a * b; },
      [](X& a, const auto& b) -> X& { return a *= b; });
}

TEST_CASE("multiply: only what the gradient needs is kept") {
  const auto leaf = Tensor<double>({3}).requires_grad();
  const Tensor<double> x = leaf * 2.0, mask = ones<double>({3});
  const Tensor<double> y = x * mask;
  CHECK_FALSE(mask.is_unique());  // held for the gradient of x
  CHECK(x.is_unique());           // would serve only the gradient of the mask
}

}  // namespace ebb::test
