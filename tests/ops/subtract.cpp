#include "ebb/ops/subtract.hpp"

#include <doctest/doctest.h>

#include "ebb/ops/slice.hpp"
#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("subtract: the formula, broadcast", X, EBB_TEST_TYPES) {
  check_binary<X>(
      "subtract", [](const auto& a, const auto& b) { return a - b; },
      [](double a, double b) { return a - b; }, -2, 2);
}

TEST_CASE_TEMPLATE("subtract: the gradient", D, EBB_TEST_DEVICES) {
  check_binary_gradient<D>([](const auto& a, const auto& b) { return a - b; }, -2, 2);
}

TEST_CASE_TEMPLATE("subtract: in place", X, EBB_TEST_TYPES) {
  check_update<X>(
      "subtract", [](const auto& a, const auto& b) { return a - b; },
      [](X& a, const auto& b) -> X& { return a -= b; });
}

}  // namespace ebb::test
