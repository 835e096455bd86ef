#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backends.hpp"

namespace ebb::test {

/// The largest |actual - expected|, relative to the larger of 1 and |expected|; infinite where a size or a
/// NaN differs.
template <class T, class D>
double difference(const Tensor<T, D>& actual, const std::vector<double>& expected) {
  const std::vector<T> values = test::values(actual);
  if (values.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = static_cast<double>(values[i]);
    if (value == expected[i] || (std::isnan(value) && std::isnan(expected[i]))) continue;
    const double distance = std::abs(value - expected[i]) / std::max(1.0, std::abs(expected[i]));
    if (!(distance <= largest)) largest = std::isnan(distance) ? HUGE_VAL : distance;
  }
  return largest;
}

/// What rounding may cost in a few operations on numbers of order one.
template <class T>
inline constexpr double tolerance = sizeof(T) == 4 ? 2e-6 : 1e-14;

/// The elements in double.
template <class T, class D>
std::vector<double> doubles(const Tensor<T, D>& x) {
  const std::vector<T> values = test::values(x);
  return {values.begin(), values.end()};
}

}  // namespace ebb::test
