#pragma once

#include <cstdint>

#include "ebb/core/host_values.hpp"
#include "ebb/ops/argmax.hpp"
#include "ebb/ops/detail/labels.hpp"

namespace EBB_NAMESPACE::metrics {

/// The share of samples whose largest score is that of their label: scores (N, C), logits or probabilities,
/// and labels (N) in [0, C); or of positions, of scores (N, C, L) and labels (N, L). Of equal scores the first
/// counts.
///
/// Error [accuracy] where the shapes do not fit, a label is outside of [0, C) or there are no samples.
template <class T, class D>
[[nodiscard, gnu::cold]] double accuracy(const Tensor<T, D>& scores, const Tensor<std::int32_t, D>& labels) {
  detail::require_labels("accuracy", scores, labels, {});
  detail::require(labels.size() > 0, "accuracy", "scores ", scores.shape(), " are of no samples");
  const detail::HostValues predicted(argmax(scores, 1)), actual(labels);
  Index hits = 0;
  for (Index i = 0; i < actual.size(); ++i) hits += predicted[i] == actual[i] ? 1 : 0;
  return static_cast<double>(hits) / static_cast<double>(actual.size());
}

}  // namespace EBB_NAMESPACE::metrics
