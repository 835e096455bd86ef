#include "ebb/ops/norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "reductions.hpp"

namespace ebb::test {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double norm_of(const std::vector<double>& group, double order) {
  double result = 0;
  for (const double v : group)
    result = order == 1 ? result + std::abs(v) : order == 2 ? result + v * v : std::max(result, std::abs(v));
  return order == 2 ? std::sqrt(result) : result;
}

}  // namespace

TEST_CASE_TEMPLATE("norm: the formula", X, EBB_TEST_TYPES) {
  for (const double order : {1.0, 2.0, infinity}) {
    CAPTURE(order);
    check_reduction<X>(
        "norm",
        [=](const X& x, const Axes& axes, const ReduceOptions& o) {
          return norm(x, axes, {.order = order, .keep_axes = o.keep_axes});
        },
        [=](const std::vector<double>& group) { return norm_of(group, order); }, -1, 1);
  }
  CHECK(norm(X({2, 3})).shape() == Shape{});
  CHECK(norm(X({0, 3})).item() == 0);
}

TEST_CASE_TEMPLATE("norm: the gradient", D, EBB_TEST_DEVICES) {
  for (const double order : {1.0, 2.0, infinity}) {
    CAPTURE(order);
    check_reduction_gradient<D>([=](const auto& x, const Axes& axes, const ReduceOptions& o) {
      return norm(x, axes, {.order = order, .keep_axes = o.keep_axes});
    });
  }
}

TEST_CASE_TEMPLATE("norm: squares do not overflow, zeros have no slope", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  if constexpr (sizeof(T) == sizeof(float)) {
    CHECK(norm(tensor<T, D>({T(3e30), T(4e30)})).item() == doctest::Approx(5e30));
  }
  const X x = X({3}).requires_grad();
  norm(x).backward();
  CHECK(values(x.grad()) == std::vector<T>{0, 0, 0});
}

TEST_CASE_TEMPLATE("norm: errors", X, EBB_TEST_TYPES) {
  CHECK(error([] { (void)norm(X({2}), 0, {.order = 3}); }) == "[norm] order 3 is none of 1, 2 and infinity");
  CHECK(error([] {
          (void)norm(X({0, 3}), 0, {.order = infinity});
        }) == "[norm] (0, 3) has no elements to choose from");
  CHECK(error([] { (void)norm(X()); }) == "[norm] the input is undefined");
}

}  // namespace ebb::test
