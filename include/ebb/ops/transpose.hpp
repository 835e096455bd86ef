#pragma once

#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "ebb/ops/permute.hpp"

namespace EBB_NAMESPACE {

/// x with two axes exchanged, copied.  Gradient: dy with the same two exchanged. Error [transpose] for an
/// axis that does not exist. matmul(a, b, {.transpose_b = true}) needs no copy.
///
///     transpose(x, 1, 2)   // (N, C, L) -> (N, L, C)
template <class T, class D>
[[nodiscard]] Tensor<T, D> transpose(const Tensor<T, D>& x, Index axis0, Index axis1) {
  detail::require(x.defined(), "transpose", "the input is undefined");
  const Index first = detail::normalize_axis("transpose", axis0, x.shape());
  const Index second = detail::normalize_axis("transpose", axis1, x.shape());
  std::vector<Index> order(static_cast<std::size_t>(x.rank()));
  std::iota(order.begin(), order.end(), Index{0});
  std::swap(order[static_cast<std::size_t>(first)], order[static_cast<std::size_t>(second)]);
  return detail::permute_for("transpose", x, order);
}

}  // namespace EBB_NAMESPACE
