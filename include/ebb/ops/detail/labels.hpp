#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ebb/backend/backend.hpp"
#include "ebb/core/axes.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/core/host_values.hpp"
#include "ebb/core/tensor.hpp"
#include "ebb/ops/detail/rows.hpp"
#include "ebb/ops/reduction.hpp"

/// What the losses with class labels share.

namespace EBB_NAMESPACE::detail {

/// Checks, in the name of `op`, a weight (C) of scores (N, C, ...), or undefined.
template <class T, class D>
void require_class_weight(std::string_view op, const Tensor<T, D>& scores, const Tensor<T, D>& weight) {
  require(!weight.defined() || weight.shape() == Shape{scores.shape(1)}, op, "weight ", weight.shape(),
          " does not fit input ", scores.shape(), ": expected (", scores.shape(1), ",)");
}

/// Checks, in the name of `op`, scores (N, C, ...), labels (N, ...), each in [0, C) or `ignored`, and a
/// weight (C) or undefined.
template <class T, class D>
void require_labels(std::string_view op, const Tensor<T, D>& scores, const Tensor<std::int32_t, D>& labels,
                    const Tensor<T, D>& weight, std::optional<std::int32_t> ignored = {}) {
  require(scores.rank() >= 2 && labels.shape() == without_axes(scores.shape(), 1), op, "input ",
          scores.shape(), " and labels ", labels.shape(), " must be (N, C, ...) and (N, ...)");
  require_class_weight(op, scores, weight);
  require_rows(op, labels, scores.shape(1), "label", ignored);
}

/// What a mean of weighted losses is divided by: the sum, over the labels that are not ignored, of the weight
/// of their class.
template <class T, class D>
double mean_divisor(std::string_view op, const Tensor<std::int32_t, D>& labels, const Tensor<T, D>& weight,
                    Reduction reduction, std::optional<std::int32_t> ignored = {}) {
  if (reduction != Reduction::mean || (!weight.defined() && !ignored))
    return static_cast<double>(labels.size());
  const HostValues label(labels);
  const HostValues weight_of(weight.defined() ? weight : ones<T, D>({1}));
  Index counted = 0;
  double total = 0;
  for (Index i = 0; i < label.size(); ++i) {
    if (label[i] == ignored) continue;
    ++counted;
    total += static_cast<double>(weight_of[weight.defined() ? label[i] : 0]);
  }
  require(counted > 0, op, "all labels are ignored: the mean of their losses would be 0 / 0");
  require(total > 0, op, "the weights of the labels sum to ", total, ": their mean would be 0 / 0");
  return total;
}

/// labels (N, ...) as (N, 1, ...), which broadcasts against scores (N, C, ...).
inline Shape with_class_axis(const Shape& labels) {
  Shape shape{labels[0], 1};
  for (Index axis = 1; axis < labels.rank(); ++axis) shape.push_back(labels[axis]);
  return shape;
}

/// (C) as (C, 1, ...), which broadcasts against scores (N, C, ...).
inline Shape class_shape(const Shape& scores) {
  Shape shape{scores[1]};
  for (Index axis = 2; axis < scores.rank(); ++axis) shape.push_back(1);
  return shape;
}

/// -w logp where w is not 0: another class of probability 0 does not make a NaN.
struct WeightedLoss {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logp, T w) const {
    return w != T(0) ? static_cast<T>(-w * logp) : T(0);
  }
};

}  // namespace EBB_NAMESPACE::detail
