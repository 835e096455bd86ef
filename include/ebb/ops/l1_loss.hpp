#pragma once

#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/reduction.hpp"
#include "ebb/ops/sign.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct AbsDifference {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return static_cast<T>(a < b ? b - a : a - b);
  }
};

struct SignOfDifference {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return Sign{}(static_cast<T>(a - b));
  }
};

}  // namespace detail

/// |x - target|, of two tensors of the same shape: the mean over all elements (of shape ()), the sum (of
/// shape ()) or, with none, each (of that shape).
///
/// Gradients: sign(x - target) dy for x, 0 where they are equal, and its negative for the target.
/// Error [l1_loss] where the shapes differ or the mean would be 0 / 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> l1_loss(const Tensor<T, D>& x, const Tensor<T, D>& target,
                                   Reduction reduction = Reduction::mean) {
  detail::require_same_shape("l1_loss", x, target);
  detail::require_losses("l1_loss", x.shape(), reduction);
  const Tensor<T, D> losses =
      detail::zip_with_slopes("l1_loss", x, target, detail::AbsDifference{}, detail::SignOfDifference{},
                              detail::Swapped<detail::SignOfDifference>{});
  return detail::reduce_losses(losses, reduction, static_cast<double>(x.size()));
}

}  // namespace EBB_NAMESPACE
