#include "ebb/ops/smooth_l1_loss.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("smooth_l1_loss and its reductions", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({1, 2, 3, 4}, {2, 2}), target = tensor<T, D>({1, 0, 6, 3.5}, {2, 2});
  CHECK(values(smooth_l1_loss(x, target, {.reduction = Reduction::none})) ==
        std::vector<T>{T(0.0), T(1.5), T(2.5), T(0.125)});
  CHECK(smooth_l1_loss(x, target, {.reduction = Reduction::none}).shape() == Shape{2, 2});
  CHECK(smooth_l1_loss(x, target, {.reduction = Reduction::sum}).item() == T(4.125));
  CHECK(smooth_l1_loss(x, target, {.reduction = Reduction::mean}).item() == T(1.03125));
  CHECK(values(smooth_l1_loss(x, target, {.beta = 2, .reduction = Reduction::none})) ==
        std::vector<T>{T(0.0), T(1.0), T(2.0), T(0.0625)});
  CHECK(smooth_l1_loss(x, target, {.beta = 2, .reduction = Reduction::none}).shape() == Shape{2, 2});
  CHECK(smooth_l1_loss(x, target, {.beta = 2, .reduction = Reduction::sum}).item() == T(3.0625));
  CHECK(smooth_l1_loss(x, target, {.beta = 2, .reduction = Reduction::mean}).item() == T(0.765625));
  CHECK(values(smooth_l1_loss(x, target, {.beta = 0, .reduction = Reduction::none})) ==
        std::vector<T>{T(0.0), T(2.0), T(3.0), T(0.5)});
  CHECK(smooth_l1_loss(x, target, {.beta = 0, .reduction = Reduction::none}).shape() == Shape{2, 2});
  CHECK(smooth_l1_loss(x, target, {.beta = 0, .reduction = Reduction::sum}).item() == T(5.5));
  CHECK(smooth_l1_loss(x, target, {.beta = 0, .reduction = Reduction::mean}).item() == T(1.375));
  CHECK(smooth_l1_loss(x, target).shape() == Shape{});
}

TEST_CASE_TEMPLATE("smooth_l1_loss: gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{3, 4}, Shape{1}, Shape{}, Shape{0, 2}}) {
    for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
      if (shape.size() == 0 && reduction == Reduction::mean) continue;
      const auto check = gradcheck(
          [&](const auto& x, const auto& target) {
            return smooth_l1_loss(x, target, {.beta = 0.5, .reduction = reduction});
          },
          {uniform<Tensor<double, D>>(shape, -2, 2, 1), uniform<Tensor<double, D>>(shape, -2, 2, 2)});
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

TEST_CASE_TEMPLATE("smooth_l1_loss: errors", X, EBB_TEST_TYPES) {
  CHECK(error([] {
          (void)smooth_l1_loss(X({2, 3}), X({2, 1}));
        }) == "[smooth_l1_loss] input (2, 3) and target (2, 1) must have the same shape");
  CHECK(error([] {
          (void)smooth_l1_loss(X({0, 3}), X({0, 3}));
        }) == "[smooth_l1_loss] input (0, 3) is empty: the mean of its losses would be 0 / 0");
  CHECK(error([] { (void)smooth_l1_loss(X(), X()); }) == "[smooth_l1_loss] an input is undefined");
  CHECK(error([] { (void)smooth_l1_loss(X({2}), X({2}), {.beta = -1}); }) ==
        "[smooth_l1_loss] beta is -1, it must not be negative");
}

}  // namespace ebb::test
