#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/mask.hpp"

namespace EBB_NAMESPACE {

/// `value` where the mask is true, else x; the mask broadcasts to the shape of x, which is the result's.
/// Gradient: 0 where the mask is true, else dy. Error [masked_fill] for a mask that does not fit.
///
///     masked_fill(scores, padding, -std::numeric_limits<float>::infinity())
template <class T, class D>
[[nodiscard]] Tensor<T, D> masked_fill(const Tensor<T, D>& x, const Tensor<bool, D>& mask,
                                       std::type_identity_t<T> value) {
  detail::require(x.defined() && mask.defined(), "masked_fill", "an operand is undefined");
  detail::require(detail::broadcast_shape("masked_fill", x.shape(), mask.shape()) == x.shape(), "masked_fill",
                  "a mask of shape ", mask.shape(), " does not broadcast to ", x.shape());
  return differentiable(
      zip(mask, x, detail::IfFalse<T>{value}).detach(), {x},
      [mask](const Tensor<T, D>& dy) { return std::vector{zip(mask, dy, detail::IfFalse<T>{})}; },
      "masked_fill");
}

}  // namespace EBB_NAMESPACE
