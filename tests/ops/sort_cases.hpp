#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "backends.hpp"

/// What the tests of sort, argsort and topk share.

namespace ebb::test {

/// Numbers many of which are equal, some of them infinite or NaN, and zeros of both signs.
template <class X>
X with_equals(const Shape& shape) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const std::vector<T> special{inf, -inf, nan, -nan, T(0), -T(0)};
  std::vector<T> numbers = values(uniform<X>(shape, -6, 12));
  for (T& v : numbers) {
    const T whole = std::floor(v);
    v = whole >= 6 ? special[static_cast<std::size_t>(whole) - 6] : whole;
  }
  return tensor<T, typename X::device_type>(numbers, shape);
}

inline const std::vector<Shape>& sort_shapes() {
  static const std::vector<Shape> all{{7},    {1},       {0},       {0, 3},    {3, 0},
                                      {4, 9}, {2, 5, 3}, {3, 1, 4}, {2, 3000}, {300, 2}};
  return all;
}

/// Positions in the axis in stable order, line by line, as (outer, count, inner).
template <class T>
std::vector<std::int32_t> sorted_positions(const std::vector<T>& x, const Shape& shape, Index axis,
                                           bool descending) {
  const Index count = shape[axis], inner = shape.size_between(axis + 1, shape.rank());
  std::vector<std::int32_t> positions(x.size());
  for (Index line = 0; count > 0 && line < shape.size() / count; ++line) {
    const Index first = line / inner * count * inner + line % inner;
    const auto at = [&](std::int32_t c) { return x[static_cast<std::size_t>(first + c * inner)]; };
    std::vector<std::int32_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    const auto less = [](T a, T b) { return a < b || (std::isnan(b) && !std::isnan(a)); };
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
      return descending ? less(at(b), at(a)) : less(at(a), at(b));
    });
    for (Index c = 0; c < count; ++c)
      positions[static_cast<std::size_t>(first + c * inner)] = order[static_cast<std::size_t>(c)];
  }
  return positions;
}

/// The values with NaN as a number, so that they compare.
template <class T, class D>
std::vector<T> comparable(const Tensor<T, D>& x) {
  std::vector<T> host = values(x);
  std::replace_if(
      host.begin(), host.end(), [](T v) { return std::isnan(v); }, T(12345));
  return host;
}

}  // namespace ebb::test
