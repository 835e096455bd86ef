#include "ebb/metrics/accuracy.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

using ebb::metrics::accuracy;

TEST_CASE_TEMPLATE("accuracy is the share of samples whose largest score is their label's", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X scores = ebb::tensor<T, D>({1, 7, 2,   //
                                      5, -1, 4,  //
                                      0, 0, 0,   // of equal scores the first
                                      -3, -2, -1},
                                     {4, 3});
  CHECK(accuracy(scores, ebb::tensor<std::int32_t, D>({1, 0, 0, 2})) == 1);
  CHECK(accuracy(scores, ebb::tensor<std::int32_t, D>({1, 2, 0, 2})) == 0.75);
  CHECK(accuracy(scores, ebb::tensor<std::int32_t, D>({2, 1, 1, 0})) == 0);
}

TEST_CASE_TEMPLATE("accuracy: errors", X, EBB_TEST_TYPES) {
  using D = typename X::device_type;
  const auto run = [](const X& scores, const std::vector<std::int32_t>& labels) {
    return ebb::test::error([&] { (void)accuracy(scores, ebb::tensor<std::int32_t, D>(labels)); });
  };
  CHECK(run(X({2, 3}), {0}) == "[accuracy] input (2, 3) and labels (1,) must be (N, C, ...) and (N, ...)");
  CHECK(run(X({2, 3}), {0, 3}) == "[accuracy] label 3 at position 1 is not in [0, 3)");
  CHECK(run(X({0, 3}), {}) == "[accuracy] scores (0, 3) are of no samples");
}
