#pragma once

#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE {

/// The axes from `first_axis` on become one: (N, C, L) -> (N, C L).  Shares the elements, as reshape does.
/// Error [flatten] for no such axis.
template <class T, class D>
[[nodiscard]] Tensor<T, D> flatten(const Tensor<T, D>& x, Index first_axis = 1) {
  detail::require(x.defined(), "flatten", "the input is undefined");
  const Index first = detail::normalize_axis("flatten", first_axis, x.shape());
  Shape shape;
  for (Index axis = 0; axis < first; ++axis) shape.push_back(x.shape()[axis]);
  shape.push_back(x.shape().size_between(first, x.rank()));
  return x.reshape(shape);
}

}  // namespace EBB_NAMESPACE
