#include "ebb/ops/binary_cross_entropy.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"

using ebb::binary_cross_entropy_with_logits;
using ebb::Reduction;
using ebb::Shape;

TEST_CASE_TEMPLATE("binary cross-entropy and its reductions", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X logits = ebb::randn<T, D>({4, 5}), target = ebb::rand<T, D>({4, 5});
  const auto z = ebb::test::doubles(logits), t = ebb::test::doubles(target);
  std::vector<double> expected;
  double sum = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double p = 1 / (1 + std::exp(-z[i]));
    expected.push_back(-t[i] * std::log(p) - (1 - t[i]) * std::log(1 - p));
    sum += expected.back();
  }
  const auto run = [&](Reduction reduction) {
    return binary_cross_entropy_with_logits(logits, target, reduction);
  };
  CHECK(ebb::test::difference(run(Reduction::none), expected) < ebb::test::tolerance<T>);
  CHECK(ebb::test::difference(run(Reduction::sum), {sum}) < ebb::test::tolerance<T>);
  CHECK(ebb::test::difference(run(Reduction::mean), {sum / 20}) < ebb::test::tolerance<T>);
}

TEST_CASE_TEMPLATE("binary cross-entropy: gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{3, 4}, Shape{1}, Shape{0, 2}}) {
    for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
      if (shape.size() == 0 && reduction == Reduction::mean) continue;
      const auto check = ebb::gradcheck(
          [&](const auto& x, const auto& target) {
            return binary_cross_entropy_with_logits(x, target, reduction);
          },
          {ebb::randn<double, D>(shape), ebb::rand<double, D>(shape)});
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

TEST_CASE_TEMPLATE("binary cross-entropy of extreme logits is no NaN", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X logits = ebb::tensor<T, D>({1e4, 1e4, -1e4, -1e4, 0}).requires_grad();
  const X target = ebb::tensor<T, D>({1, 0, 1, 0, 1});
  const X loss = binary_cross_entropy_with_logits(logits, target, Reduction::none);
  CHECK(ebb::test::difference(loss, {0, 1e4, 1e4, 0, std::log(2.0)}) < ebb::test::tolerance<T>);
  loss.backward(ebb::ones<T, D>({5}));
  CHECK(ebb::test::difference(logits.grad(), {0, 1, -1, 0, -0.5}) < ebb::test::tolerance<T>);
}

TEST_CASE_TEMPLATE("binary cross-entropy: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] {
          (void)binary_cross_entropy_with_logits(X({2, 3}), X({3, 2}));
        }) == "[binary_cross_entropy_with_logits] input (2, 3) and target (3, 2) must have the same shape");
  CHECK(error([] { (void)binary_cross_entropy_with_logits(X({0}), X({0})); }) ==
        "[binary_cross_entropy_with_logits] input (0,) is empty: the mean of its losses would be 0 / 0");
}
