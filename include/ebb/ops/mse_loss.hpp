#pragma once

#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/reduction.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct SquaredDifference {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return (a - b) * (a - b);
  }
};

/// The derivative of (a - b)^2 for a.
struct TwiceDifference {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return T(2) * (a - b);
  }
};

}  // namespace detail

/// (x - target)^2, of two tensors of the same shape: the mean over all elements (of shape ()), the sum (of
/// shape ()) or, with none, each (of that shape).
///
/// Gradients: 2 (x - target) dy for x and its negative for the target. Error [mse_loss] where the shapes
/// differ or the mean would be 0 / 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> mse_loss(const Tensor<T, D>& x, const Tensor<T, D>& target,
                                    Reduction reduction = Reduction::mean) {
  detail::require_same_shape("mse_loss", x, target);
  detail::require_losses("mse_loss", x.shape(), reduction);
  const Tensor<T, D> losses =
      detail::zip_with_slopes("mse_loss", x, target, detail::SquaredDifference{}, detail::TwiceDifference{},
                              detail::Swapped<detail::TwiceDifference>{});
  return detail::reduce_losses(losses, reduction, static_cast<double>(x.size()));
}

}  // namespace EBB_NAMESPACE
