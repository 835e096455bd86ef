#include "ebb/ops/dropout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "threads.hpp"

using ebb::dropout;
using ebb::Generator;

TEST_CASE_TEMPLATE("dropout zeroes a share p and scales the rest", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Generator generator(7);
  for (const double p : {0.05, 0.5, 0.9}) {
    const ebb::Index n = 100'003;
    const auto y = ebb::test::values(dropout(ebb::full<T, D>({n}, T(3)), p, true, generator));
    double zeros = 0, largest_error = 0;
    for (const T value : y) {
      if (value == T(0)) {
        ++zeros;
      } else {
        largest_error = std::max(largest_error, std::abs(static_cast<double>(value) - 3 / (1 - p)));
      }
    }
    CHECK(largest_error < 30 * ebb::test::tolerance<T>);
    // Five standard deviations of a binomial share.
    const double count = static_cast<double>(n);
    CHECK(std::abs(zeros / count - p) < 5 * std::sqrt(p * (1 - p) / count));
  }
}

TEST_CASE_TEMPLATE("dropout: its gradient drops the same elements", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Generator generator(7);
  for (const ebb::Shape& shape : {ebb::Shape{1}, ebb::Shape{3, 5, 67}, ebb::Shape{0, 4}}) {
    const X x = ebb::ones<T, D>(shape).requires_grad();
    const X y = dropout(x, 0.4, true, generator);
    (void)generator.next();  // what others draw in between does not matter
    if (x.size() > 0) y.backward(ebb::ones<T, D>(shape));
    CHECK(ebb::test::values(x.size() > 0 ? x.grad() : x) == ebb::test::values(y));
  }
}

TEST_CASE_TEMPLATE("dropout: gradient", D, EBB_TEST_DEVICES) {
  Generator generator;
  const auto check = ebb::gradcheck(
      [&](const auto& x) {
        generator.seed(3);
        return dropout(x, 0.3, true, generator);
      },
      ebb::randn<double, D>({3, 7}));
  CHECK_MESSAGE(check.passed, check.worst);
}

TEST_CASE_TEMPLATE("dropout: every call drops others, a seed repeats them, threads do not matter", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::ones<T, D>({50'001});
  Generator generator(5);
  const ebb::test::Threads one(1);
  const auto first = ebb::test::values(dropout(x, 0.5, true, generator));
  const auto second = ebb::test::values(dropout(x, 0.5, true, generator));
  generator.seed(5);
  const ebb::test::Threads three(3);
  CHECK(ebb::test::values(dropout(x, 0.5, true, generator)) == first);
  CHECK(first != second);
}

TEST_CASE_TEMPLATE("dropout is the identity in evaluation and for p = 0", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::randn<T, D>({9}).requires_grad();
  CHECK(dropout(x, 0.5, false).data() == x.data());
  CHECK(dropout(x, 0, true).data() == x.data());
  CHECK(dropout(x, 0.5, false).needs_grad());
}

TEST_CASE_TEMPLATE("dropout: p = 1 leaves zeros, as in PyTorch", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const std::vector<T> special{T(-3), std::numeric_limits<T>::infinity(),
                               std::numeric_limits<T>::quiet_NaN()};
  const X x = ebb::tensor<T, D>(special).requires_grad();
  const X y = dropout(x, 1, true);
  y.backward(ebb::ones<T, D>({3}));
  CHECK(ebb::test::values(y) == std::vector<T>{0, 0, 0});
  CHECK(ebb::test::values(x.grad()) == std::vector<T>{0, 0, 0});
}

TEST_CASE_TEMPLATE("dropout: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] { (void)dropout(X({2}), 1.5, true); }) == "[dropout] the probability 1.5 must be in [0, 1]");
  CHECK(error([] { (void)dropout(X({2}), -0.1, false); }) ==
        "[dropout] the probability -0.1 must be in [0, 1]");
  CHECK(error([] { (void)dropout(X(), 0.1, true); }) == "[dropout] the input is undefined");
}
