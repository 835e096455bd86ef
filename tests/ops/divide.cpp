#include "ebb/ops/divide.hpp"

#include <doctest/doctest.h>

#include "ebb/ops/slice.hpp"
#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("divide: the formula, broadcast", X, EBB_TEST_TYPES) {
  check_binary<X>(
      "divide", [](const auto& a, const auto& b) { return a / b; }, [](double a, double b) { return a / b; },
      0.5, 3);
}

TEST_CASE_TEMPLATE("divide: the gradient", D, EBB_TEST_DEVICES) {
  check_binary_gradient<D>([](const auto& a, const auto& b) { return a / b; }, 0.5, 3);
}

TEST_CASE_TEMPLATE("divide: in place", X, EBB_TEST_TYPES) {
  check_update<X>(
      "divide", [](const auto& a, const auto& b) { return a / b; },
      [](X& a, const auto& b) -> X& { return a /= b; });
}

}  // namespace ebb::test
