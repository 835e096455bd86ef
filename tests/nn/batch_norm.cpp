#include "ebb/nn/batch_norm.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "compare.hpp"

namespace nn = ebb::nn;
using ebb::test::difference;
using ebb::test::tolerance;

TEST_CASE_TEMPLATE("nn::BatchNorm: running statistics begin as the average of the batches", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  nn::BatchNorm<T, D> layer(1);
  (void)layer(ebb::tensor<T, D>({1, 3}, {2, 1}));  // mean 2, unbiased variance 2
  CHECK(difference(layer.running_mean, {2}) < tolerance<T>);
  CHECK(difference(layer.running_var, {2}) < tolerance<T>);
  (void)layer(ebb::tensor<T, D>({4, 12}, {2, 1}));  // mean 8, unbiased variance 32
  CHECK(difference(layer.running_mean, {5}) < tolerance<T>);
  CHECK(difference(layer.running_var, {17}) < tolerance<T>);
  CHECK(layer.num_batches_tracked.item() == 2);

  layer.eval();
  const double y = (6 - 5) / std::sqrt(17 + 1e-3);
  CHECK(difference(layer(ebb::tensor<T, D>({6}, {1, 1})), {y}) < tolerance<T>);
  CHECK(layer.num_batches_tracked.item() == 2);
}

TEST_CASE("nn::BatchNorm: later steps keep the momentum's share") {
  nn::BatchNorm<double> layer(1, {.momentum = 0.5, .epsilon = 1e-5});
  double expected = 0;
  for (int step = 1; step <= 4; ++step) {
    const double mean = step * step;
    (void)layer(ebb::tensor<double>({mean - 1, mean + 1}, {2, 1}));
    const double kept = step == 1 ? 0 : 0.5;
    expected = kept * expected + (1 - kept) * mean;
    CHECK(difference(layer.running_mean, {expected}) < 1e-14);
  }
}

TEST_CASE("nn::BatchNorm: an input that does not fit is no step") {
  const nn::BatchNorm<float> layer(3);
  CHECK(ebb::test::error([&] {
          (void)layer(ebb::zeros<float>({2, 4}));
        }).starts_with("[batch_norm] input (2, 4)"));
  CHECK(layer.num_batches_tracked.item() == 0);
  CHECK(layer.describe() == "BatchNorm(3)");
}
