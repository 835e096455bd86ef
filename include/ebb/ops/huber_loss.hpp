#pragma once

#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/reduction.hpp"

namespace EBB_NAMESPACE {

namespace detail {

template <class T>
struct Huber {
  T delta;
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    const T d = static_cast<T>(a < b ? b - a : a - b);
    return static_cast<T>(d <= delta ? d * d / 2 : delta * (d - delta / 2));
  }
};

/// The derivative for a.
template <class T>
struct HuberSlope {
  T delta;
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    const T d = static_cast<T>(a - b), low = static_cast<T>(-delta);
    return d < low ? low : d > delta ? delta : d;
  }
};

}  // namespace detail

struct HuberLossOptions {
  double delta = 1;  ///< where the parabola becomes a line
  Reduction reduction = Reduction::mean;
};

/// Huber's loss of d = x - target, two tensors of the same shape ("Robust Estimation of a Location
/// Parameter", 1964): d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2). The mean over all elements
/// (of shape ()), the sum (of shape ()) or, with none, each (of that shape).
///
/// Gradients: d dy for x, d held within -delta and delta, and its negative for the target. Error [huber_loss]
/// where the shapes differ, the mean would be 0 / 0 or delta is not above 0.
///
///     huber_loss(forecast, truth, {.delta = 0.5})
template <class T, class D>
[[nodiscard]] Tensor<T, D> huber_loss(const Tensor<T, D>& x, const Tensor<T, D>& target,
                                      const HuberLossOptions& options = {}) {
  detail::require_same_shape("huber_loss", x, target);
  detail::require_losses("huber_loss", x.shape(), options.reduction);
  detail::require(options.delta > 0, "huber_loss", "delta is ", options.delta, ", it must be above 0");
  const T delta = static_cast<T>(options.delta);
  const detail::HuberSlope<T> slope{delta};
  const Tensor<T, D> losses = detail::zip_with_slopes("huber_loss", x, target, detail::Huber<T>{delta}, slope,
                                                      detail::Swapped<detail::HuberSlope<T>>{slope});
  return detail::reduce_losses(losses, options.reduction, static_cast<double>(x.size()));
}

}  // namespace EBB_NAMESPACE
