#include "ebb/ops/negate.hpp"

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("negate: the formula", X, EBB_TEST_TYPES) {
  check_unary<X>(
      "negate", [](const X& x) { return -x; }, [](double v) { return -v; }, -2, 2);
}

TEST_CASE_TEMPLATE("negate: the gradient", D, EBB_TEST_DEVICES) {
  check_unary_gradient<D>([](const auto& x) { return -x; }, -2, 2);
}

}  // namespace ebb::test
