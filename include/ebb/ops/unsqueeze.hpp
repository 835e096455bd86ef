#pragma once

#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE {

/// x with a new axis of extent 1, which is axis `axis` of the result; -1 appends it. Shares the elements.
/// Gradient: dy under the shape of x. Error [unsqueeze] where there is no place for it.
///
///     unsqueeze(x, 1)   // (N, L) -> (N, 1, L)
template <class T, class D>
[[nodiscard]] Tensor<T, D> unsqueeze(const Tensor<T, D>& x, Index axis) {
  detail::require(x.defined(), "unsqueeze", "the input is undefined");
  const Index rank = x.rank() + 1;
  detail::require(axis >= -rank && axis < rank && rank <= Shape::max_rank, "unsqueeze",
                  "there is no place for axis ", axis, " in ", x.shape());
  const Index place = axis < 0 ? axis + rank : axis;
  Shape shape;
  for (Index i = 0; i < rank; ++i) shape.push_back(i == place ? 1 : x.shape()[i < place ? i : i - 1]);
  return x.reshape(shape);
}

}  // namespace EBB_NAMESPACE
