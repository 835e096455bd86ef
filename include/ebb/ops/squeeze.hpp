#pragma once

#include "ebb/core/axes.hpp"
#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE {

/// x without the given axes, each of extent 1. Shares the elements.  Gradient: dy under the shape of x.
/// Error [squeeze] for an axis that does not exist, is named twice or has another extent.
///
///     squeeze(x, 1)   // (N, 1, L) -> (N, L)
template <class T, class D>
[[nodiscard]] Tensor<T, D> squeeze(const Tensor<T, D>& x, const Axes& axes) {
  detail::require(x.defined(), "squeeze", "the input is undefined");
  (void)detail::reduced_shape("squeeze", x.shape(), axes);
  for (const Index axis : axes)
    detail::require(x.shape(axis) == 1, "squeeze", "axis ", axis, " of ", x.shape(), " has extent ",
                    x.shape(axis), ", not 1");
  return x.reshape(detail::without_axes(x.shape(), axes));
}

/// x without all axes of extent 1.
template <class T, class D>
[[nodiscard]] Tensor<T, D> squeeze(const Tensor<T, D>& x) {
  detail::require(x.defined(), "squeeze", "the input is undefined");
  Shape shape;
  for (const Index extent : x.shape())
    if (extent != 1) shape.push_back(extent);
  return x.reshape(shape);
}

}  // namespace EBB_NAMESPACE
