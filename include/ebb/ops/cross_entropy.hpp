#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/detail/labels.hpp"
#include "ebb/ops/log_softmax.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/reduction.hpp"

namespace EBB_NAMESPACE {

template <class T, class D = Cpu>
struct CrossEntropyOptions {
  Tensor<T, D> weight = {};                       ///< of each class (C); undefined: all 1
  double label_smoothing = 0;                     ///< the share of the target that is spread over all classes
  std::optional<std::int32_t> ignore_index = {};  ///< a label that does not count (PyTorch: -100 unless told)
  Reduction reduction = Reduction::mean;
};

namespace detail {

template <class T, class D>
void require_smoothing(const CrossEntropyOptions<T, D>& options) {
  require(options.label_smoothing >= 0 && options.label_smoothing <= 1, "cross_entropy", "label smoothing ",
          options.label_smoothing, " must be in [0, 1]");
}

/// The derivatives of WeightedLoss for logp and for w.
struct WeightedLossSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T, T w) const {
    return static_cast<T>(-w);
  }
};
struct WeightedLossWeightSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logp, T) const {
    return static_cast<T>(-logp);
  }
};

}  // namespace detail

/// Cross-entropy of logits (N, C, ...) and labels (N, ...) in [0, C), one per sample or, for (N, C, L) and
/// (N, L), per position, as PyTorch defines it; with w the weights, s the label smoothing and logp =
/// log_softmax(logits, 1), for each label:
///
///     loss = -(1 - s) w[label] logp[label] - s / C * the sum over c of w[c] logp[c]
///
/// and 0 where the label is `ignore_index`. mean: their sum divided by that of w[label] over the labels that
/// count (so by N without weights), of shape (); sum: of shape (); none: (N, ...). It takes logits, not
/// probabilities, so that it stays finite for a logit of 1e4.
///
/// Gradient for the logits, from the logits again: nothing else is kept. Error [cross_entropy] where shapes
/// do not fit, a label is outside of [0, C) and not ignored, or a mean would be 0 / 0.
///
///     cross_entropy(logits, labels, {.weight = weight, .label_smoothing = 0.1})
///     cross_entropy(logits, labels, {.ignore_index = -1})   // -1: no label
template <class T, class D>
[[nodiscard]] Tensor<T, D> cross_entropy(const Tensor<T, D>& logits, const Tensor<std::int32_t, D>& labels,
                                         const CrossEntropyOptions<T, D>& options = {}) {
  detail::require_smoothing(options);
  const Tensor<T, D> weight = options.weight.detach();
  detail::require_labels("cross_entropy", logits, labels, weight, options.ignore_index);
  detail::require_losses("cross_entropy", logits.shape(), options.reduction);
  const double divisor =
      detail::mean_divisor("cross_entropy", labels, weight, options.reduction, options.ignore_index);
  const CrossEntropySizes sizes{.batch = logits.shape(0),
                                .classes = logits.shape(1),
                                .positions = logits.shape().size_between(2, logits.rank()),
                                .label_smoothing = options.label_smoothing,
                                .ignored = options.ignore_index.value_or(-1)};
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

/// Cross-entropy of logits (N, C, ...) and soft targets of the same shape: probabilities of the classes,
/// which nobody checks to sum to 1. With t = (1 - s) target + s / C, for each sample or position:
///
///     loss = -the sum over c of w[c] t[c] logp[c]
///
/// mean: their sum divided by their number, whatever the weights (PyTorch's rule), of shape (); sum: of shape
/// (); none: (N, ...).
///
/// Gradients for logits and targets. Error [cross_entropy] where shapes do not fit, a mean would be 0 / 0, or
/// `ignore_index` is given, which is for labels.
template <class T, class D>
[[nodiscard]] Tensor<T, D> cross_entropy(const Tensor<T, D>& logits, const Tensor<T, D>& targets,
                                         const CrossEntropyOptions<T, D>& options = {}) {
  detail::require_smoothing(options);
  detail::require_same_shape("cross_entropy", logits, targets);
  detail::require(logits.rank() >= 2, "cross_entropy", "input ", logits.shape(), " is no (N, C, ...)");
  detail::require(!options.ignore_index, "cross_entropy", "ignore_index is for labels, not for soft targets");
  detail::require_class_weight("cross_entropy", logits, options.weight);
  detail::require_losses("cross_entropy", logits.shape(), options.reduction);
  Tensor<T, D> weights = targets;
  if (const double s = options.label_smoothing; s > 0)
    weights = weights * static_cast<T>(1 - s) + static_cast<T>(s / static_cast<double>(logits.shape(1)));
  if (options.weight.defined())
    weights = weights * options.weight.detach().view(detail::class_shape(logits.shape()), 0);
  const Tensor<T, D> losses =
      detail::zip_with_slopes("cross_entropy", log_softmax(logits, 1), weights, detail::WeightedLoss{},
                              detail::WeightedLossSlope{}, detail::WeightedLossWeightSlope{});
  const Index count = logits.size() / std::max<Index>(logits.shape(1), 1);
  return detail::reduce_losses(sum(losses, 1), options.reduction, static_cast<double>(count));
}

}  // namespace EBB_NAMESPACE
