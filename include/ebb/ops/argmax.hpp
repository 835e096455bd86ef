#pragma once

#include <cstdint>
#include <limits>

#include "ebb/backend/backend.hpp"
#include "ebb/core/axes.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

/// The position of the largest element along an axis, which disappears from the shape: the first of equal
/// ones, and a NaN counts as the largest.  No gradient: positions do not move.
/// Error [argmax] for an axis that does not exist, or is empty.
template <class T, class D>
[[nodiscard]] Tensor<std::int32_t, D> argmax(const Tensor<T, D>& x, Index axis) {
  detail::require(x.defined(), "argmax", "the input is undefined");
  const Index along = detail::normalize_axis("argmax", axis, x.shape());
  const ReduceSizes sizes{x.shape().size_between(0, along), x.shape()[along],
                          x.shape().size_between(along + 1, x.rank())};
  const Shape shape = detail::without_axes(x.shape(), along);
  detail::require(sizes.count > 0 || shape.size() == 0, "argmax", "axis ", axis, " of ", x.shape(),
                  " is empty");
  detail::require(sizes.count <= std::numeric_limits<std::int32_t>::max(), "argmax", "axis ", axis, " of ",
                  x.shape(), " is too long for 32-bit positions");
  auto y = Tensor<std::int32_t, D>::uninitialized(shape);
  D::argmax(x.data(), y.mutable_data(), sizes);
  return y;
}

}  // namespace EBB_NAMESPACE
