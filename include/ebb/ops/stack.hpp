#pragma once

#include <initializer_list>
#include <vector>

#include "ebb/ops/concat.hpp"
#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE {

/// Tensors of one shape along a new axis: three of (C, L) at axis 0 give (3, C, L). Gradient: as in concat.
/// Error [stack] for no parts, shapes that differ, or an axis that has no place.
template <class T, class D>
[[nodiscard]] Tensor<T, D> stack(const std::vector<Tensor<T, D>>& parts, Index axis = 0) {
  detail::require(!parts.empty(), "stack", "there are no parts");
  std::vector<Tensor<T, D>> rows;
  for (const Tensor<T, D>& part : parts) {
    detail::require(part.defined(), "stack", "a part is undefined");
    detail::require(part.shape() == parts[0].shape(), "stack", "shapes ", parts[0].shape(), " and ",
                    part.shape(), " differ");
    const Index rank = part.rank() + 1;
    detail::require(axis >= -rank && axis < rank, "stack", "there is no place for axis ", axis, " in ",
                    part.shape());
    const Index place = axis < 0 ? axis + rank : axis;
    Shape shape;
    for (Index i = 0; i < rank; ++i) shape.push_back(i == place ? 1 : part.shape()[i < place ? i : i - 1]);
    rows.push_back(part.reshape(shape));
  }
  return concat(rows, axis);
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> stack(std::initializer_list<Tensor<T, D>> parts, Index axis = 0) {
  return stack(std::vector(parts), axis);
}

}  // namespace EBB_NAMESPACE
