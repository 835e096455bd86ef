#include "ebb/ops/mse_loss.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"

using ebb::mse_loss;
using ebb::Reduction;
using ebb::Shape;

TEST_CASE_TEMPLATE("mse_loss and its reductions", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::tensor<T, D>({1, 2, 3, 4}, {2, 2}), target = ebb::tensor<T, D>({1, 0, 6, 3}, {2, 2});
  const X each = mse_loss(x, target, Reduction::none);
  CHECK(each.shape() == Shape{2, 2});
  CHECK(ebb::test::values(each) == std::vector<T>{0, 4, 9, 1});
  CHECK(mse_loss(x, target, Reduction::sum).item() == T(14));
  CHECK(mse_loss(x, target).item() == T(3.5));
  CHECK(mse_loss(x, target).shape() == Shape{});
}

TEST_CASE_TEMPLATE("mse_loss: gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{3, 4}, Shape{1}, Shape{}, Shape{0, 2}}) {
    for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
      if (shape.size() == 0 && reduction == Reduction::mean) continue;
      const auto check =
          ebb::gradcheck([&](const auto& x, const auto& target) { return mse_loss(x, target, reduction); },
                         {ebb::randn<double, D>(shape), ebb::randn<double, D>(shape)});
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

TEST_CASE_TEMPLATE("mse_loss: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] {
          (void)mse_loss(X({2, 3}), X({2, 1}));
        }) == "[mse_loss] input (2, 3) and target (2, 1) must have the same shape");
  CHECK(error([] {
          (void)mse_loss(X({0, 3}), X({0, 3}));
        }) == "[mse_loss] input (0, 3) is empty: the mean of its losses would be 0 / 0");
  CHECK(error([] { (void)mse_loss(X(), X()); }) == "[mse_loss] an input is undefined");
}
