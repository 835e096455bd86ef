#pragma once

#include <cstdint>

#include "ebb/ops/detail/position.hpp"

namespace EBB_NAMESPACE {

/// The position of the largest element along an axis, which disappears from the shape: the first of equal
/// ones, and a NaN counts as the largest.  No gradient: positions do not move.
/// Error [argmax] for an axis that does not exist, or is empty.
template <class T, class D>
[[nodiscard]] Tensor<std::int32_t, D> argmax(const Tensor<T, D>& x, Index axis) {
  return detail::position_along(
      "argmax", x, axis,
      [](const T* from, std::int32_t* to, const ReduceSizes& sizes) { D::argmax(from, to, sizes); });
}

}  // namespace EBB_NAMESPACE
