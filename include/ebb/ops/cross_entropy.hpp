#pragma once

#include <cstdint>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/detail/labels.hpp"
#include "ebb/ops/reduction.hpp"

namespace EBB_NAMESPACE {

template <class T, class D = Cpu>
struct CrossEntropyOptions {
  Tensor<T, D> weight = {};    ///< of each class (C); undefined: all 1
  double label_smoothing = 0;  ///< the share of the target that is spread over all classes
  Reduction reduction = Reduction::mean;
};

/// Cross-entropy of logits (N, C) and labels (N) in [0, C), as PyTorch defines it; with w the weights, s the
/// label smoothing and logp = log_softmax(logits):
///
///     loss[n] = -(1 - s) w[label[n]] logp[n, label[n]] - s / C * the sum over c of w[c] logp[n, c]
///
/// mean: their sum divided by that of w[label[n]] (so by N without weights), of shape (); sum: of shape ();
/// none: (N). It takes logits, not probabilities, so that it stays finite for a logit of 1e4.
///
/// Gradient for the logits, from the logits again: nothing else is kept. Error [cross_entropy] where shapes
/// do not fit, a label is outside of [0, C) or a mean would be 0 / 0.
///
///     cross_entropy(logits, labels, {.weight = weight, .label_smoothing = 0.1})
template <class T, class D>
[[nodiscard]] Tensor<T, D> cross_entropy(const Tensor<T, D>& logits, const Tensor<std::int32_t, D>& labels,
                                         const CrossEntropyOptions<T, D>& options = {}) {
  detail::require(options.label_smoothing >= 0 && options.label_smoothing <= 1, "cross_entropy",
                  "label smoothing ", options.label_smoothing, " must be in [0, 1]");
  const Tensor<T, D> weight = options.weight.detach();
  detail::require_labels("cross_entropy", logits, labels, weight);
  detail::require_losses("cross_entropy", logits.shape(), options.reduction);
  const double divisor = detail::mean_divisor("cross_entropy", labels, weight, options.reduction);
  const CrossEntropySizes sizes{
      .batch = logits.shape(0), .classes = logits.shape(1), .label_smoothing = options.label_smoothing};
  auto losses = Tensor<T, D>::uninitialized(labels.shape());
  D::cross_entropy(logits.data(), labels.data(), weight.data(), losses.mutable_data(), sizes);
  return detail::reduce_losses(differentiable(
                                   losses, {logits},
                                   [=](const Tensor<T, D>& dy) {
                                     auto dx = Tensor<T, D>::uninitialized(logits.shape());
                                     D::cross_entropy_gradient(logits.data(), labels.data(), weight.data(),
                                                               dy.data(), dx.mutable_data(), sizes);
                                     return std::vector{dx};
                                   },
                                   "cross_entropy"),
                               options.reduction, divisor);
}

}  // namespace EBB_NAMESPACE
