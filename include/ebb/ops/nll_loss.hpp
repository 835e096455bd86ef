#pragma once

#include <cstdint>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/labels.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/one_hot.hpp"
#include "ebb/ops/reduction.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// -w logp where w is not 0: another class of probability 0 does not make a NaN.
struct WeightedLoss {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logp, T w) const {
    return w != T(0) ? -w * logp : T(0);
  }
};

}  // namespace detail

template <class T, class D = Cpu>
struct NllLossOptions {
  Tensor<T, D> weight = {};  ///< of each class (C); undefined: all 1
  Reduction reduction = Reduction::mean;
};

/// Negative log-likelihood of log-probabilities (N, C), as log_softmax gives them, and labels (N) in [0, C):
///
///     loss[n] = -weight[label[n]] logp[n, label[n]]
///
/// mean: their sum divided by that of weight[label[n]], of shape (); sum: of shape (); none: (N).
/// `cross_entropy` is log_softmax and this in one.
///
/// Gradient: -weight[label[n]] dy at each label, else 0. Error [nll_loss] where shapes do not fit, a label is
/// outside of [0, C) or a mean would be 0 / 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> nll_loss(const Tensor<T, D>& log_probabilities,
                                    const Tensor<std::int32_t, D>& labels,
                                    const NllLossOptions<T, D>& options = {}) {
  const Tensor<T, D> weight = options.weight.detach();
  detail::require_labels("nll_loss", log_probabilities, labels, weight);
  detail::require_losses("nll_loss", log_probabilities.shape(), options.reduction);
  const double divisor = detail::mean_divisor("nll_loss", labels, weight, options.reduction);
  Tensor<T, D> target = one_hot<T>(labels, log_probabilities.shape(1));
  if (weight.defined()) target *= weight;
  const Tensor<T, D> losses =
      detail::sum_axes(zip(log_probabilities.detach(), target, detail::WeightedLoss{}), {labels.size(), 1});
  return detail::reduce_losses(differentiable(
                                   losses.view(labels.shape(), 0), {log_probabilities},
                                   [target](const Tensor<T, D>& dy) {
                                     return std::vector{-(target * dy.view({dy.size(), 1}, 0))};
                                   },
                                   "nll_loss"),
                               options.reduction, divisor);
}

}  // namespace EBB_NAMESPACE
