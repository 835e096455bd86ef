#pragma once

#include "ebb/backend/backend.hpp"
#include "ebb/ops/detail/reduce.hpp"

namespace EBB_NAMESPACE {

/// Whether an element is true over the given axes of a mask, which disappear from the shape unless kept with
/// extent 1; false for nothing. No gradient. Error [any_of] for an axis that does not exist or is named
/// twice. PyTorch's `any`, which in C++ is the type std::any and would be ambiguous in programs that use
/// both namespaces.
///
///     if (any_of(isnan(x)).item()) ...
template <class D>
[[nodiscard]] Tensor<bool, D> any_of(const Tensor<bool, D>& mask, const Axes& axes,
                                     const ReduceOptions& options = {}) {
  detail::require(mask.defined(), "any_of", "the mask is undefined");
  const Shape kept = detail::reduced_shape("any_of", mask.shape(), axes);
  const Tensor<bool, D> y =
      detail::reduce_steps(mask, kept, [](const auto& from, const Shape& shape, const ReduceSizes& sizes) {
        auto to = Tensor<bool, D>::uninitialized(shape);
        D::reduce_max(from.data(), to.mutable_data(), sizes);
        return to;
      });
  return options.keep_axes ? y : y.view(detail::without_axes(mask.shape(), axes), 0);
}

/// The same over all axes, of shape ().
template <class D>
[[nodiscard]] Tensor<bool, D> any_of(const Tensor<bool, D>& mask) {
  return any_of(mask, Axes::all(mask.rank()));
}

}  // namespace EBB_NAMESPACE
