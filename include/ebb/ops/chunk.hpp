#pragma once

#include <algorithm>
#include <vector>

#include "ebb/ops/split.hpp"

namespace EBB_NAMESPACE {

/// x cut along an axis into `count` parts of equal size, each of them copied; where that does not divide, the
/// last one is shorter, or there are fewer (PyTorch's rule).  Gradient: that of `narrow`. Error [chunk] for a
/// count below 1 or an axis that does not exist.
///
///     const auto gates = chunk(y, 4, /*axis=*/1);   // (N, 4 H) -> four times (N, H)
template <class T, class D>
[[nodiscard]] std::vector<Tensor<T, D>> chunk(const Tensor<T, D>& x, Index count, Index axis = 0) {
  detail::require(x.defined(), "chunk", "the input is undefined");
  const Index along = detail::normalize_axis("chunk", axis, x.shape());
  detail::require(count >= 1, "chunk", "there cannot be ", count, " parts");
  const Index size = (x.shape()[along] + count - 1) / count;
  if (size == 0) return split(x, std::vector<Index>(static_cast<std::size_t>(count), 0), along);
  return split(x, size, along);
}

}  // namespace EBB_NAMESPACE
