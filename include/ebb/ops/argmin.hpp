#pragma once

#include <cstdint>

#include "ebb/ops/detail/position.hpp"

namespace EBB_NAMESPACE {

/// The position of the smallest element along an axis, which disappears from the shape: the first of equal
/// ones, and a NaN counts as the smallest.  No gradient: positions do not move.
/// Error [argmin] for an axis that does not exist, or is empty.
template <class T, class D>
[[nodiscard]] Tensor<std::int32_t, D> argmin(const Tensor<T, D>& x, Index axis) {
  return detail::position_along(
      "argmin", x, axis,
      [](const T* from, std::int32_t* to, const ReduceSizes& sizes) { D::argmin(from, to, sizes); });
}

}  // namespace EBB_NAMESPACE
