#pragma once

#include <type_traits>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

template <class T>
struct PadOptions {
  Index before = 0;
  Index after = 0;
  T value = T(0);
};

/// x with `before` and `after` more steps of an axis at its ends, all of them `value`.
/// Gradient: the part of dy where x went. Error [pad] for fewer than 0 steps, or no such axis.
///
///     pad(x, /*axis=*/2, {.before = 1, .after = 2})   // (N, C, L) -> (N, C, L + 3)
template <class T, class D>
[[nodiscard]] Tensor<T, D> pad(const Tensor<T, D>& x, Index axis,
                               const std::type_identity_t<PadOptions<T>>& options) {
  detail::require(x.defined(), "pad", "the input is undefined");
  const Index along = detail::normalize_axis("pad", axis, x.shape()), length = x.shape()[along];
  detail::require(options.before >= 0 && options.after >= 0, "pad", "the padding (", options.before, ", ",
                  options.after, ") of axis ", axis, " of ", x.shape(), " is negative");
  detail::require(options.before <= Shape::max_size - length &&
                      options.after <= Shape::max_size - length - options.before,
                  "pad", "the padding (", options.before, ", ", options.after, ") makes axis ", axis, " of ",
                  x.shape(), " 2^60 steps long or longer");
  auto y = full<T, D>(detail::with_extent(x.shape(), along, options.before + length + options.after),
                      options.value);
  detail::copy_part(x, 0, y, options.before, along, length);
  return differentiable(
      y, {x},
      [along, start = options.before, length](const Tensor<T, D>& dy) {
        return std::vector{detail::part_of(dy, along, start, length)};
      },
      "pad");
}

}  // namespace EBB_NAMESPACE
