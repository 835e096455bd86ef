#pragma once

#include <cmath>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/negate.hpp"
#include "ebb/ops/reduction.hpp"
#include "ebb/ops/sigmoid.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct BinaryCrossEntropy {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logit, T target) const {
    // Only ever exp of a negative number: nothing overflows.
    const T positive = logit > T(0) ? logit : T(0), negative = logit > T(0) ? -logit : logit;
    return (positive - logit * target) + std::log1p(std::exp(negative));
  }
};

struct BinaryCrossEntropyGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logit, T target) const {
    return Sigmoid{}(logit)-target;
  }
};

}  // namespace detail

/// Binary cross-entropy of logits and targets in [0, 1], of the same shape:
///
///     loss = -target log(sigmoid(logit)) - (1 - target) log(1 - sigmoid(logit))
///
/// the mean over all elements (of shape ()), the sum (of shape ()) or, with none, each (of that shape).
/// It takes logits, not probabilities, so that it stays finite for a logit of 1e4.
///
/// Gradients: (sigmoid(logit) - target) dy for the logits, -logit dy for the target.
/// Error [binary_cross_entropy_with_logits] where the shapes differ or the mean would be 0 / 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> binary_cross_entropy_with_logits(const Tensor<T, D>& logits,
                                                            const Tensor<T, D>& target,
                                                            Reduction reduction = Reduction::mean) {
  detail::require_same_shape("binary_cross_entropy_with_logits", logits, target);
  detail::require_losses("binary_cross_entropy_with_logits", logits.shape(), reduction);
  return detail::reduce_losses(differentiable(
                                   zip(logits, target, detail::BinaryCrossEntropy{}), {logits, target},
                                   [logits, target](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
                                     std::vector<Tensor<T, D>> d(2);
                                     if (needs[0])
                                       d[0] = dy * zip(logits, target, detail::BinaryCrossEntropyGradient{});
                                     if (needs[1]) d[1] = -(dy * logits);
                                     return d;
                                   },
                                   "binary_cross_entropy_with_logits"),
                               reduction, static_cast<double>(logits.size()));
}

}  // namespace EBB_NAMESPACE
