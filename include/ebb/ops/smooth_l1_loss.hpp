#pragma once

#include "ebb/ops/huber_loss.hpp"
#include "ebb/ops/l1_loss.hpp"

namespace EBB_NAMESPACE {

namespace detail {

template <class T>
struct SmoothL1 {
  T beta;
  EBB_HOST_DEVICE T operator()(T a, T b) const { return static_cast<T>(Huber<T>{beta}(a, b) / beta); }
};

template <class T>
struct SmoothL1Slope {
  T beta;
  EBB_HOST_DEVICE T operator()(T a, T b) const { return static_cast<T>(HuberSlope<T>{beta}(a, b) / beta); }
};

}  // namespace detail

struct SmoothL1LossOptions {
  double beta = 1;  ///< where the parabola becomes a line; 0: l1_loss
  Reduction reduction = Reduction::mean;
};

/// huber_loss with delta = beta, divided by beta, so that the slope of the lines is 1: d^2 / (2 beta) where
/// |d| <= beta, else |d| - beta / 2, with d = x - target of the same shape.
///
/// Gradients: d / beta dy for x, held within -1 and 1, and its negative for the target. Error
/// [smooth_l1_loss] where the shapes differ, the mean would be 0 / 0 or beta is negative.
template <class T, class D>
[[nodiscard]] Tensor<T, D> smooth_l1_loss(const Tensor<T, D>& x, const Tensor<T, D>& target,
                                          const SmoothL1LossOptions& options = {}) {
  detail::require_same_shape("smooth_l1_loss", x, target);
  detail::require_losses("smooth_l1_loss", x.shape(), options.reduction);
  detail::require(options.beta >= 0, "smooth_l1_loss", "beta is ", options.beta, ", it must not be negative");
  if (options.beta == 0) return l1_loss(x, target, options.reduction);
  const T beta = static_cast<T>(options.beta);
  const detail::SmoothL1Slope<T> slope{beta};
  const Tensor<T, D> losses =
      detail::zip_with_slopes("smooth_l1_loss", x, target, detail::SmoothL1<T>{beta}, slope,
                              detail::Swapped<detail::SmoothL1Slope<T>>{slope});
  return detail::reduce_losses(losses, options.reduction, static_cast<double>(x.size()));
}

}  // namespace EBB_NAMESPACE
