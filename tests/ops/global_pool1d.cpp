#include "ebb/ops/global_pool1d.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"

using ebb::global_avg_pool1d;
using ebb::global_max_pool1d;
using ebb::Index;
using ebb::Shape;

TEST_CASE_TEMPLATE("global pooling leaves one value per channel", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const Shape& shape : {Shape{2, 3, 7}, Shape{1, 1, 1}, Shape{3, 2, 1000}, Shape{0, 4, 5}}) {
    CAPTURE(shape);
    const X x = ebb::randn<T, D>(shape);
    const std::vector<double> values = ebb::test::doubles(x);
    std::vector<double> largest, mean;
    for (auto row = values.begin(); row != values.end(); row += shape[2]) {
      largest.push_back(*std::max_element(row, row + shape[2]));
      mean.push_back(std::accumulate(row, row + shape[2], 0.0) / static_cast<double>(shape[2]));
    }
    CHECK(global_max_pool1d(x).shape() == Shape{shape[0], shape[1]});
    CHECK(global_avg_pool1d(x).shape() == Shape{shape[0], shape[1]});
    CHECK(ebb::test::difference(global_max_pool1d(x), largest) == 0);
    CHECK(ebb::test::difference(global_avg_pool1d(x), mean) < ebb::test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("global pooling: gradients", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{2, 3, 7}, Shape{1, 1, 1}, Shape{0, 4, 5}}) {
    CAPTURE(shape);
    const auto x = ebb::randn<double, D>(shape);
    const auto of_max = ebb::gradcheck([](const auto& v) { return global_max_pool1d(v); }, x);
    const auto of_mean = ebb::gradcheck([](const auto& v) { return global_avg_pool1d(v); }, x);
    CHECK_MESSAGE(of_max.passed, of_max.worst);
    CHECK_MESSAGE(of_mean.passed, of_mean.worst);
  }
}

TEST_CASE_TEMPLATE("global pooling: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] {
          (void)global_max_pool1d(X({4, 5}));
        }) == "[global_max_pool1d] input (4, 5) must be (N, C, L) with L at least 1");
  CHECK(error([] {
          (void)global_avg_pool1d(X({4, 5, 0}));
        }) == "[global_avg_pool1d] input (4, 5, 0) must be (N, C, L) with L at least 1");
}
