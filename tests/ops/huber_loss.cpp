#include "ebb/ops/huber_loss.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("huber_loss and its reductions", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({1, 2, 3, 4}, {2, 2}), target = tensor<T, D>({1, 0, 6, 3.5}, {2, 2});
  CHECK(values(huber_loss(x, target, {.reduction = Reduction::none})) ==
        std::vector<T>{T(0.0), T(1.5), T(2.5), T(0.125)});
  CHECK(huber_loss(x, target, {.reduction = Reduction::none}).shape() == Shape{2, 2});
  CHECK(huber_loss(x, target, {.reduction = Reduction::sum}).item() == T(4.125));
  CHECK(huber_loss(x, target, {.reduction = Reduction::mean}).item() == T(1.03125));
  CHECK(values(huber_loss(x, target, {.delta = 2, .reduction = Reduction::none})) ==
        std::vector<T>{T(0.0), T(2.0), T(4.0), T(0.125)});
  CHECK(huber_loss(x, target, {.delta = 2, .reduction = Reduction::none}).shape() == Shape{2, 2});
  CHECK(huber_loss(x, target, {.delta = 2, .reduction = Reduction::sum}).item() == T(6.125));
  CHECK(huber_loss(x, target, {.delta = 2, .reduction = Reduction::mean}).item() == T(1.53125));
  CHECK(huber_loss(x, target).shape() == Shape{});
}

TEST_CASE_TEMPLATE("huber_loss: gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{3, 4}, Shape{1}, Shape{}, Shape{0, 2}}) {
    for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
      if (shape.size() == 0 && reduction == Reduction::mean) continue;
      const auto check = gradcheck(
          [&](const auto& x, const auto& target) {
            return huber_loss(x, target, {.delta = 0.5, .reduction = reduction});
          },
          {uniform<Tensor<double, D>>(shape, -2, 2, 1), uniform<Tensor<double, D>>(shape, -2, 2, 2)});
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

TEST_CASE_TEMPLATE("huber_loss: errors", X, EBB_TEST_TYPES) {
  CHECK(error([] {
          (void)huber_loss(X({2, 3}), X({2, 1}));
        }) == "[huber_loss] input (2, 3) and target (2, 1) must have the same shape");
  CHECK(error([] {
          (void)huber_loss(X({0, 3}), X({0, 3}));
        }) == "[huber_loss] input (0, 3) is empty: the mean of its losses would be 0 / 0");
  CHECK(error([] { (void)huber_loss(X(), X()); }) == "[huber_loss] an input is undefined");
  CHECK(error([] { (void)huber_loss(X({2}), X({2}), {.delta = 0}); }) ==
        "[huber_loss] delta is 0, it must be above 0");
}

}  // namespace ebb::test
