#pragma once

#include "ebb/backend/backend.hpp"
#include "ebb/ops/detail/reduce.hpp"

namespace EBB_NAMESPACE {

/// Whether all elements are true over the given axes of a mask, which disappear from the shape unless kept
/// with extent 1; true for nothing. No gradient. Error [all_of] for an axis that does not exist or is named
/// twice. PyTorch's `all`; its name here is that of `any_of`.
///
///     if (all_of(isfinite(x)).item()) ...
template <class D>
[[nodiscard]] Tensor<bool, D> all_of(const Tensor<bool, D>& mask, const Axes& axes,
                                     const ReduceOptions& options = {}) {
  detail::require(mask.defined(), "all_of", "the mask is undefined");
  const Shape kept = detail::reduced_shape("all_of", mask.shape(), axes);
  const Tensor<bool, D> y =
      detail::reduce_steps(mask, kept, [](const auto& from, const Shape& shape, const ReduceSizes& sizes) {
        auto to = Tensor<bool, D>::uninitialized(shape);
        D::reduce_min(from.data(), to.mutable_data(), sizes);
        return to;
      });
  return options.keep_axes ? y : y.view(detail::without_axes(mask.shape(), axes), 0);
}

/// The same over all axes, of shape ().
template <class D>
[[nodiscard]] Tensor<bool, D> all_of(const Tensor<bool, D>& mask) {
  return all_of(mask, Axes::all(mask.rank()));
}

}  // namespace EBB_NAMESPACE
