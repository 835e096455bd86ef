#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/repeat.hpp"

namespace EBB_NAMESPACE {

/// Each step of an axis `count` times in a row (NumPy's repeat).  Gradient: dy summed over the repetitions.
/// Error [repeat_interleave] for an axis that does not exist or a negative count.
///
///     repeat_interleave(x, 2, /*axis=*/-1)   // (N, L) -> (N, 2 L): a a b b c c
template <class T, class D>
[[nodiscard]] Tensor<T, D> repeat_interleave(const Tensor<T, D>& x, Index count, Index axis) {
  detail::require(x.defined(), "repeat_interleave", "the input is undefined");
  const Index along = detail::normalize_axis("repeat_interleave", axis, x.shape());
  detail::require_repeatable("repeat_interleave", axis, x.shape()[along], count);
  std::vector<detail::RepeatedAxis> axes;
  for (Index i = 0; i < x.rank(); ++i)
    axes.push_back({.extent = x.shape()[i], .inner = i == along ? count : 1});
  return differentiable(
      detail::repeated(x, axes), {x},
      [axes, shape = x.shape()](const Tensor<T, D>& dy) {
        return std::vector{detail::unrepeated(dy, axes, shape)};
      },
      "repeat_interleave");
}

}  // namespace EBB_NAMESPACE
