#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/reduce.hpp"

namespace EBB_NAMESPACE {

/// x copied along the axes in which it has extent 1 and `shape` more, or which it lacks at the front (NumPy's
/// rule).  Gradient: dy summed over these axes. Error [broadcast_to] where the shapes do not fit.
///
///     broadcast_to(pad.reshape({1, 1, k}), {n, 1, k})
template <class T, class D>
[[nodiscard]] Tensor<T, D> broadcast_to(const Tensor<T, D>& x, const Shape& shape) {
  detail::require(x.defined(), "broadcast_to", "the input is undefined");
  detail::require(detail::broadcast_shape("broadcast_to", x.shape(), shape) == shape, "broadcast_to",
                  "a tensor of shape ", x.shape(), " does not broadcast to ", shape);
  return differentiable(
      detail::repeat_to_shape(x, shape), {x},
      [from = x.shape()](const Tensor<T, D>& dy) { return std::vector{detail::sum_to_shape(dy, from)}; },
      "broadcast_to");
}

}  // namespace EBB_NAMESPACE
