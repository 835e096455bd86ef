#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "compare.hpp"

namespace ebb::test {

struct SoftmaxCase {
  Shape shape;
  Index axis;
};

inline std::vector<SoftmaxCase> softmax_cases() {
  return {{{4}, 0},      {{3, 5}, -1}, {{3, 5}, 0},  {{2, 3, 4}, 1},     {{1, 1}, 1},   {{2, 700}, -1},
          {{700, 3}, 0}, {{0, 4}, -1}, {{4, 0}, -1}, {{2, 3, 4, 5}, -3}, {{3, 600}, 0}, {{2, 300}, 0}};
}

/// log_softmax by its definition in long double.
inline std::vector<double> log_softmax(const std::vector<double>& x, const Shape& shape, Index axis) {
  if (axis < 0) axis += shape.rank();
  const Index count = shape[axis], inner = shape.size_between(axis + 1, shape.rank());
  std::vector<double> y(x.size());
  for (Index i = 0; i < shape.size(); ++i) {
    const Index line = i / (count * inner) * count * inner + i % inner;
    const auto at = [&](Index k) { return x[static_cast<std::size_t>(line + k * inner)]; };
    double largest = at(0);
    for (Index k = 1; k < count; ++k) largest = std::max(largest, at(k));
    long double sum = 0;
    for (Index k = 0; k < count; ++k) sum += std::exp(static_cast<long double>(at(k)) - largest);
    const auto place = static_cast<std::size_t>(i);
    y[place] = static_cast<double>(static_cast<long double>(x[place]) - largest - std::log(sum));
  }
  return y;
}

}  // namespace ebb::test
