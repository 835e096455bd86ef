#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/labels.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/negate.hpp"
#include "ebb/ops/reduction.hpp"

namespace EBB_NAMESPACE {

template <class T, class D = Cpu>
struct NllLossOptions {
  Tensor<T, D> weight = {};                       ///< of each class (C); undefined: all 1
  std::optional<std::int32_t> ignore_index = {};  ///< a label that does not count
  Reduction reduction = Reduction::mean;
};

namespace detail {

/// The class, or what no label is where labels of that class are ignored.
struct ClassUnless {
  std::int32_t ignored;
  EBB_HOST_DEVICE std::int32_t operator()(std::int32_t c) const {
    return c == ignored ? std::numeric_limits<std::int32_t>::min() : c;
  }
};

/// The weight of the label at its place in (N, C, ...), 0 elsewhere.
template <class T, class D>
Tensor<T, D> weights_at_labels(const Tensor<std::int32_t, D>& labels, const Tensor<T, D>& weight,
                               const Shape& scores, std::optional<std::int32_t> ignored) {
  Tensor<std::int32_t, D> classes = arange<std::int32_t, D>(scores[1]);
  if (ignored) classes = map(classes, ClassUnless{*ignored});
  Tensor<T, D> target =
      zip(labels.view(with_class_axis(labels.shape()), 0), classes.view(class_shape(scores), 0), Equal<T>{});
  if (weight.defined()) target *= weight.view(class_shape(scores), 0);
  return target;
}

}  // namespace detail

/// Negative log-likelihood of log-probabilities (N, C, ...), as log_softmax(x, 1) gives them, and labels
/// (N, ...) in [0, C):
///
///     loss[n, ...] = -weight[label[n, ...]] logp[n, label[n, ...], ...], 0 for a label that is ignored
///
/// mean: their sum divided by that of the weights of the labels that count, of shape (); sum: of shape ();
/// none: (N, ...). `cross_entropy` is log_softmax and this in one.
///
/// Gradient: -weight[label] dy at each label, else 0. Error [nll_loss] where shapes do not fit, a label is
/// outside of [0, C) and not ignored, or a mean would be 0 / 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> nll_loss(const Tensor<T, D>& log_probabilities,
                                    const Tensor<std::int32_t, D>& labels,
                                    const NllLossOptions<T, D>& options = {}) {
  const Tensor<T, D> weight = options.weight.detach();
  detail::require_labels("nll_loss", log_probabilities, labels, weight, options.ignore_index);
  detail::require_losses("nll_loss", log_probabilities.shape(), options.reduction);
  const double divisor =
      detail::mean_divisor("nll_loss", labels, weight, options.reduction, options.ignore_index);
  const Tensor<T, D> target =
      detail::weights_at_labels(labels, weight, log_probabilities.shape(), options.ignore_index);
  const Shape column = detail::with_class_axis(labels.shape());
  const Tensor<T, D> losses =
      detail::sum_axes(zip(log_probabilities.detach(), target, detail::WeightedLoss{}), column);
  return detail::reduce_losses(
      differentiable(
          losses.view(labels.shape(), 0), {log_probabilities},
          [target, column](const Tensor<T, D>& dy) { return std::vector{-(target * dy.view(column, 0))}; },
          "nll_loss"),
      options.reduction, divisor);
}

}  // namespace EBB_NAMESPACE
