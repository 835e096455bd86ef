#pragma once

#include <cmath>
#include <cstddef>

#include <doctest/doctest.h>

#include "ebb/core/factory.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/multiply.hpp"

namespace ebb::test {

/// A batch normalization as training leaves it.
template <class T>
nn::BatchNorm<T> trained_norm(Index channels) {
  nn::BatchNorm<T> norm(channels);
  norm.weight = rand<T>({channels}) + T(0.5);
  norm.bias = randn<T>({channels}) * T(0.2);
  norm.running_mean = randn<T>({channels}) * T(0.2);
  norm.running_var = rand<T>({channels}) + T(0.2);
  return norm;
}

/// By norm, relative to the expected.
template <class T>
double relative_error(const Tensor<T>& actual, const Tensor<T>& expected) {
  REQUIRE(actual.shape() == expected.shape());
  double difference = 0, size = 0;
  for (Index i = 0; i < actual.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto e = static_cast<double>(expected.span()[at]), a = static_cast<double>(actual.span()[at]);
    difference += (a - e) * (a - e);
    size += e * e;
  }
  return size > 0 ? std::sqrt(difference / size) : difference;
}

}  // namespace ebb::test
