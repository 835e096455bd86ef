#pragma once

#include <cstdint>

#include "ebb/ops/detail/sort.hpp"

namespace EBB_NAMESPACE {

/// The positions that sort each line along an axis: the `indices` of `sort`. No gradient: positions do not
/// move. Error [argsort] for an axis that does not exist.
template <class T, class D>
[[nodiscard]] Tensor<std::int32_t, D> argsort(const Tensor<T, D>& x, Index axis = -1,
                                              const SortOptions& options = {}) {
  return detail::sort_indices(x, x.shape(), detail::sort_sizes("argsort", x, axis, options.descending));
}

}  // namespace EBB_NAMESPACE
