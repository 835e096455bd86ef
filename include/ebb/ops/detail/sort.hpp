#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "ebb/ops/detail/rows.hpp"
#include "ebb/ops/detail/take_along.hpp"

namespace EBB_NAMESPACE {

/// What sort and topk give: the elements in order, and where in the axis they came from.
///
///     const auto [values, indices] = topk(scores, 5);
template <class T, class D = Cpu>
struct Sorted {
  Tensor<T, D> values;
  Tensor<std::int32_t, D> indices;
};

struct SortOptions {
  bool descending = false;  ///< the largest first; equal elements stay in order all the same
};

namespace detail {

/// An axis of a tensor, checked in the name of `op`, all of whose elements are wanted.
template <class T, class D>
SortSizes sort_sizes(std::string_view op, const Tensor<T, D>& x, Index axis, bool descending) {
  require(x.defined(), op, "the input is undefined");
  const Index along = normalize_axis(op, axis, x.shape());
  const Index count = x.shape()[along];
  require(count <= std::numeric_limits<std::int32_t>::max(), op, "axis ", axis, " of ", x.shape(),
          " is too long for 32-bit positions");
  return {.outer = x.shape().size_between(0, along),
          .count = count,
          .inner = x.shape().size_between(along + 1, x.rank()),
          .keep = count,
          .descending = descending};
}

template <class T, class D>
Tensor<std::int32_t, D> sort_indices(const Tensor<T, D>& x, const Shape& shape, const SortSizes& sizes) {
  auto indices = Tensor<std::int32_t, D>::uninitialized(shape);
  D::sort_positions(x.data(), indices.mutable_data(), sizes);
  return indices;
}

/// The first elements of the axis in order, as a result of that shape.  Gradient: each dy to its element.
template <class T, class D>
Sorted<T, D> sorted(std::string_view op, const Tensor<T, D>& x, const Shape& shape, const SortSizes& sizes) {
  const Tensor<std::int32_t, D> indices = sort_indices(x, shape, sizes);
  const AlongSizes along{
      .outer = sizes.outer, .count = sizes.keep, .table = sizes.count, .inner = sizes.inner};
  return {take_along(op, x, indices, along), indices};
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
