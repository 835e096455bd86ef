#include "ebb/ops/mean.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "reductions.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("mean: the formula", X, EBB_TEST_TYPES) {
  check_reduction<X>(
      "mean", [](const X& x, const Axes& axes, const ReduceOptions& o) { return mean(x, axes, o); },
      [](const std::vector<double>& group) {
        double total = 0;
        for (const double v : group) total += v;
        return total / static_cast<double>(group.size());
      });
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
