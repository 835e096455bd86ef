#pragma once

#include "ebb/ops/detail/sort.hpp"

namespace EBB_NAMESPACE {

/// The elements of each line along an axis in ascending order, and the position of each in its line. Equal
/// elements stay in order; a NaN counts as the largest, as in PyTorch.  Gradient: each dy to its element.
/// Error [sort] for an axis that does not exist.
///
///     const auto [values, indices] = sort(x, -1, {.descending = true});
template <class T, class D>
[[nodiscard]] Sorted<T, D> sort(const Tensor<T, D>& x, Index axis = -1, const SortOptions& options = {}) {
  return detail::sorted("sort", x, x.shape(), detail::sort_sizes("sort", x, axis, options.descending));
}

}  // namespace EBB_NAMESPACE
