#pragma once

#include "ebb/ops/detail/sort.hpp"

namespace EBB_NAMESPACE {

struct TopkOptions {
  bool largest = true;  ///< else the smallest
};

/// The k largest elements of each line along an axis, the largest first, and the position of each in its
/// line: the beginning of a descending `sort`, without sorting the rest. Of equal elements the first; a NaN
/// counts as the largest.  Gradient: each dy to its element, 0 to what was not chosen. Error [topk] for an
/// axis that does not exist, or a k that is negative or above its extent.
///
///     const auto [values, indices] = topk(scores, 5);   // (N, C) -> (N, 5), (N, 5)
template <class T, class D>
[[nodiscard]] Sorted<T, D> topk(const Tensor<T, D>& x, Index k, Index axis = -1,
                                const TopkOptions& options = {}) {
  SortSizes sizes = detail::sort_sizes("topk", x, axis, options.largest);
  detail::require(k >= 0 && k <= sizes.count, "topk", "k is ", k, ", axis ", axis, " of ", x.shape(), " has ",
                  sizes.count, " elements");
  sizes.keep = k;
  const Index along = detail::normalize_axis("topk", axis, x.shape());
  return detail::sorted("topk", x, detail::with_extent(x.shape(), along, k), sizes);
}

}  // namespace EBB_NAMESPACE
