#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/repeat.hpp"

namespace EBB_NAMESPACE {

/// x times[i] times one after another along each axis (PyTorch's repeat, NumPy's tile); more numbers than
/// axes add axes at the front.  Gradient: dy summed over the repetitions. Error [repeat] for fewer numbers
/// than axes, or a negative one. broadcast_to does the same for axes of extent 1.
///
///     repeat(x, {1, 3})   // (N, L) -> (N, 3 L): a b c a b c a b c
template <class T, class D>
[[nodiscard]] Tensor<T, D> repeat(const Tensor<T, D>& x, const std::vector<Index>& times) {
  detail::require(x.defined(), "repeat", "the input is undefined");
  const Index added = static_cast<Index>(times.size()) - x.rank();
  detail::require(added >= 0, "repeat", times.size(), " numbers for a tensor of shape ", x.shape());
  std::vector<detail::RepeatedAxis> axes;
  for (Index i = 0; i < static_cast<Index>(times.size()); ++i) {
    const Index count = times[static_cast<std::size_t>(i)];
    const Index extent = i < added ? 1 : x.shape()[i - added];
    detail::require_repeatable("repeat", i, extent, count);
    axes.push_back({.extent = extent, .outer = count});
  }
  return differentiable(
      detail::repeated(x, axes), {x},
      [axes, shape = x.shape()](const Tensor<T, D>& dy) {
        return std::vector{detail::unrepeated(dy, axes, shape)};
      },
      "repeat");
}

}  // namespace EBB_NAMESPACE
