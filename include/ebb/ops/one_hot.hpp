#pragma once

#include <cstdint>
#include <limits>

#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// 1 at the label, 0 elsewhere: labels (...) give (..., classes). No gradient.
/// Error [one_hot] for a label outside of [0, classes), or classes below 0 or above 2^31.
///
///     const Tensor<float> targets = one_hot(labels, 17);   // one_hot<double>(labels, 17)
template <class T = float, class D>
[[nodiscard]] Tensor<T, D> one_hot(const Tensor<std::int32_t, D>& labels, Index classes) {
  constexpr Index most = Index{std::numeric_limits<std::int32_t>::max()} + 1;
  detail::require(classes >= 0 && classes <= most, "one_hot", "the number of classes ", classes,
                  " is not in [0, ", most, "], what 32-bit labels can tell apart");
  detail::require_rows("one_hot", labels, classes);
  Shape column = labels.shape();
  column.push_back(1);
  return zip(labels.view(column, 0), arange<std::int32_t, D>(classes), detail::Equal<T>{});
}

}  // namespace EBB_NAMESPACE
