#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/sequential.hpp"

namespace ebb::test {

/// Batches in memory: any range of pairs with size() does for a loader.
using Batches = std::vector<std::pair<Tensor<float>, Tensor<std::int32_t>>>;

/// Points of three classes, each around a corner of a triangle, in batches of different sizes.
inline Batches points(std::uint64_t seed) {
  constexpr float corners[3][2] = {{0, 2}, {-2, -1}, {2, -1}};
  Generator generator(seed);
  Batches batches;
  for (const Index n : {32, 32, 7}) {
    Tensor<float> x = randn<float>({n, 2}, generator);
    Tensor<std::int32_t> labels({n});
    for (Index i = 0; i < n; ++i) {
      labels(i) = static_cast<std::int32_t>(i % 3);
      for (Index axis = 0; axis < 2; ++axis) x(i, axis) = 0.5f * x(i, axis) + corners[i % 3][axis];
    }
    batches.emplace_back(x, labels);
  }
  return batches;
}

inline nn::Sequential<float> classifier() {
  manual_seed(4);
  return nn::Sequential<float>(nn::Dense<float>(2, 3), nn::Dropout<float>(0.1));
}

}  // namespace ebb::test
