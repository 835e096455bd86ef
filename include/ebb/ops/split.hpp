#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "ebb/ops/narrow.hpp"

namespace EBB_NAMESPACE {

/// x cut along an axis into parts of the given sizes, which add up to its extent, each of them copied.
/// Gradient: that of `narrow`. Error [split] for sizes that do not add up, or an axis that does not exist.
///
///     const auto parts = split(x, {1, 3}, /*axis=*/1);   // (N, 4, L) -> (N, 1, L) and (N, 3, L)
template <class T, class D>
[[nodiscard]] std::vector<Tensor<T, D>> split(const Tensor<T, D>& x, const std::vector<Index>& sizes,
                                              Index axis = 0) {
  detail::require(x.defined(), "split", "the input is undefined");
  const Index along = detail::normalize_axis("split", axis, x.shape());
  for (const Index size : sizes) detail::require(size >= 0, "split", "a part of size ", size);
  const Index total = std::accumulate(sizes.begin(), sizes.end(), Index{0});
  detail::require(total == x.shape()[along], "split", "sizes that add up to ", total, " for axis ", axis,
                  " of ", x.shape());
  std::vector<Tensor<T, D>> parts;
  Index start = 0;
  for (const Index size : sizes) {
    parts.push_back(narrow(x, along, start, size));
    start += size;
  }
  return parts;
}

/// x cut along an axis into parts of `size` steps; the last one is shorter where they do not divide it.
/// Error [split] for a size below 1.
template <class T, class D>
[[nodiscard]] std::vector<Tensor<T, D>> split(const Tensor<T, D>& x, Index size, Index axis = 0) {
  detail::require(x.defined(), "split", "the input is undefined");
  detail::require(size >= 1, "split", "parts of size ", size);
  const Index along = detail::normalize_axis("split", axis, x.shape());
  std::vector<Index> sizes;
  for (Index rest = x.shape()[along]; rest > 0; rest -= sizes.back()) sizes.push_back(std::min(size, rest));
  return split(x, sizes, along);
}

}  // namespace EBB_NAMESPACE
