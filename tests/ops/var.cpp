#include "ebb/ops/var.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "reductions.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("var: the formula", X, EBB_TEST_TYPES) {
  for (const double correction : {0.0, -2.0}) {
    check_reduction<X>(
        "var",
        [=](const X& x, const Axes& axes, const ReduceOptions& o) {
          return var(x, axes, {.correction = correction, .keep_axes = o.keep_axes});
        },
        [=](const std::vector<double>& group) {
          const double n = static_cast<double>(group.size());
          double mean = 0, total = 0;
          for (const double v : group) mean += v / n;
          for (const double v : group) total += (v - mean) * (v - mean);
          return total / (n - correction);
        },
        2, 3);
  }
  CHECK(var(X({2, 3})).shape() == Shape{});
  CHECK(error([] { (void)var(X()); }) == "[var] the input is undefined");
}

TEST_CASE_TEMPLATE("var: divides by n - 1", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  CHECK(var(tensor<T, D>({1, 2, 3})).item() == 1);
  CHECK(std::isnan(var(tensor<T, D>({5})).item()));
  CHECK(std::isnan(var(X({0, 3})).item()));
  CHECK(var(X({0, 3}), 1).shape() == Shape{0});
}

TEST_CASE_TEMPLATE("var: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{4}, Shape{2, 3}, Shape{2, 3, 4}}) {
    for (const double correction : {0.0, 1.0}) {
      for (Index axis = 0; axis < shape.rank(); ++axis) {
        const GradCheck check = gradcheck(
            [=](const X& x) { return var(x, axis, {.correction = correction}); }, uniform<X>(shape, -1, 1));
        CHECK_MESSAGE(check.passed, check.worst);
      }
    }
    CHECK(gradcheck(
              [](const X& x) {
                return var(x, {0, -1}, {.keep_axes = true});
              },
              uniform<X>({3, 2, 4}, -1, 1))
              .passed);
  }
}

TEST_CASE_TEMPLATE("var: the gradient of equal elements is 0", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = full<T, typename X::device_type>({3}, T(2)).requires_grad();
  var(x).backward();
  CHECK(values(x.grad()) == std::vector<T>{0, 0, 0});
}

}  // namespace ebb::test
