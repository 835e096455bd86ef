#include "ebb/ops/softmax.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "softmax_cases.hpp"

using ebb::softmax;

TEST_CASE_TEMPLATE("softmax along any axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const auto& c : ebb::test::softmax_cases()) {
    CAPTURE(c.shape);
    CAPTURE(c.axis);
    const X x = ebb::randn<T, D>(c.shape);
    std::vector<double> expected = ebb::test::log_softmax(ebb::test::doubles(x), c.shape, c.axis);
    for (double& value : expected) value = std::exp(value);
    const X y = softmax(x, c.axis);
    CHECK(y.shape() == c.shape);
    CHECK(ebb::test::difference(y, expected) < ebb::test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("softmax: gradient", D, EBB_TEST_DEVICES) {
  for (const auto& c : ebb::test::softmax_cases()) {
    if (c.shape.size() > 600) continue;
    CAPTURE(c.shape);
    const auto check =
        ebb::gradcheck([&](const auto& x) { return softmax(x, c.axis); }, ebb::randn<double, D>(c.shape));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE_TEMPLATE("softmax of extreme entries", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T inf = std::numeric_limits<T>::infinity();
  const X x = ebb::tensor<T, D>({1e4, -1e4, 0,   //
                                 1e4, 1e4, 1e4,  //
                                 -inf, 2, 2},
                                {3, 3})
                  .requires_grad();
  const X y = softmax(x);
  CHECK(ebb::test::difference(y, {1, 0, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0, 0.5, 0.5}) <
        ebb::test::tolerance<T>);
  y.backward(ebb::tensor<T, D>({1, 2, 3, 1, 2, 3, 1, 2, 3}, {3, 3}));
  CHECK(ebb::test::difference(x.grad(), {0, 0, 0, -1 / 3.0, 0, 1 / 3.0, 0, -0.25, 0.25}) <
        ebb::test::tolerance<T>);
}

TEST_CASE_TEMPLATE("softmax: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] { (void)softmax(X({2, 3}), 2); }) == "[softmax] axis 2 does not exist in (2, 3)");
  CHECK(error([] { (void)softmax(X()); }) == "[softmax] axis -1 does not exist in ()");
}
