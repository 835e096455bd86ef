#include "ebb/ops/mean.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "reductions.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("mean: the formula", X, EBB_TEST_TYPES) {
  check_reduction<X>(
      "mean", [](const X& x, const Axes& axes, const ReduceOptions& o) { return mean(x, axes, o); },
      [](const std::vector<double>& group) {
        long double total = 0;
        for (const double v : group) total += v;
        return static_cast<double>(total / static_cast<long double>(group.size()));
      },
      0, 1);
  CHECK(mean(X({2, 3})).shape() == Shape{});
  CHECK(std::isnan(mean(X({0, 3})).item()));
  CHECK(mean(X({0, 3}), 1).shape() == Shape{0});
  CHECK(error([&] { (void)mean(X()); }) == "[mean] the input is undefined");
}

TEST_CASE_TEMPLATE("mean: the gradient", D, EBB_TEST_DEVICES) {
  check_reduction_gradient<D>(
      [](const auto& x, const Axes& axes, const ReduceOptions& o) { return mean(x, axes, o); });
}

}  // namespace ebb::test
