#include "ebb/ops/square.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("square: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "square", [](const X& x) { return square(x); }, [](double v) { return v * v; }, -3, 3);
}

TEST_CASE_TEMPLATE("square: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return square(x); }, -2, 2);
}

}  // namespace ebb::test
