#include "ebb/ops/log_softmax.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "softmax_cases.hpp"

using ebb::log_softmax;

TEST_CASE_TEMPLATE("log_softmax along any axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const auto& c : ebb::test::softmax_cases()) {
    CAPTURE(c.shape);
    CAPTURE(c.axis);
    const X x = ebb::randn<T, D>(c.shape);
    const X y = log_softmax(x, c.axis);
    CHECK(y.shape() == c.shape);
    CHECK(ebb::test::difference(y, ebb::test::log_softmax(ebb::test::doubles(x), c.shape, c.axis)) <
          ebb::test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("log_softmax: gradient", D, EBB_TEST_DEVICES) {
  for (const auto& c : ebb::test::softmax_cases()) {
    if (c.shape.size() > 600) continue;
    CAPTURE(c.shape);
    const auto check =
        ebb::gradcheck([&](const auto& x) { return log_softmax(x, c.axis); }, ebb::randn<double, D>(c.shape));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE_TEMPLATE("log_softmax of extreme entries", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T inf = std::numeric_limits<T>::infinity();
  const X x = ebb::tensor<T, D>({1e4, -1e4, 0,   //
                                 1e4, 1e4, 1e4,  //
                                 -inf, 2, 2},
                                {3, 3})
                  .requires_grad();
  const double third = -std::log(3.0), half = -std::log(2.0);
  const X y = log_softmax(x);
  CHECK(ebb::test::difference(y, {0, -2e4, -1e4, third, third, third, -inf, half, half}) <
        ebb::test::tolerance<T>);
  y.backward(ebb::tensor<T, D>({1, 2, 3, 1, 2, 3, 1, 2, 3}, {3, 3}));
  CHECK(ebb::test::difference(x.grad(), {-5, 2, 3, -1, 0, 1, 1, -1, 0}) < ebb::test::tolerance<T>);
}

TEST_CASE_TEMPLATE("log_softmax: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] { (void)log_softmax(X({2, 3}), -3); }) == "[log_softmax] axis -3 does not exist in (2, 3)");
}
