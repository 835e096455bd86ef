#pragma once

#include <cstdint>

#include "ebb/ops/argmax.hpp"
#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/detail/labels.hpp"
#include "ebb/ops/sum.hpp"

namespace EBB_NAMESPACE::metrics {

/// The share of samples whose largest score is that of their label: scores (N, C), logits or probabilities,
/// and labels (N) in [0, C). Of equal scores the first counts.
///
/// Error [accuracy] where the shapes do not fit, a label is outside of [0, C) or there are no samples.
template <class T, class D>
[[nodiscard]] double accuracy(const Tensor<T, D>& scores, const Tensor<std::int32_t, D>& labels) {
  detail::require_labels("accuracy", scores, labels, {});
  detail::require(labels.size() > 0, "accuracy", "scores ", scores.shape(), " are of no samples");
  const auto hits = zip(argmax(scores, 1), labels, detail::Equal<std::int32_t>{});
  return static_cast<double>(sum(hits).item()) / static_cast<double>(labels.size());
}

}  // namespace EBB_NAMESPACE::metrics
