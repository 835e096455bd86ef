#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// The part [start, start + length) of an axis, copied; `slice` shares a part of the leading axis.
/// Gradient: dy where the part is, 0 elsewhere. Error [narrow] where the axis has no such part.
///
///     narrow(payload, /*axis=*/2, /*start=*/0, 100)   // (N, 1, L) -> (N, 1, 100)
template <class T, class D>
[[nodiscard]] Tensor<T, D> narrow(const Tensor<T, D>& x, Index axis, Index start, Index length) {
  detail::require(x.defined(), "narrow", "the input is undefined");
  const Index along = detail::normalize_axis("narrow", axis, x.shape());
  detail::require(start >= 0 && length >= 0 && start <= x.shape()[along] - length, "narrow", "[", start, ", ",
                  start, " + ", length, ") is not a part of axis ", axis, " of ", x.shape());
  return differentiable(
      detail::part_of(x, along, start, length), {x},
      [shape = x.shape(), along, start, length](const Tensor<T, D>& dy) {
        Tensor<T, D> dx(shape);
        detail::copy_part(dy, 0, dx, start, along, length);
        return std::vector{dx};
      },
      "narrow");
}

}  // namespace EBB_NAMESPACE
