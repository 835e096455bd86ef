#pragma once

#include "ebb/ops/detail/reduce_in_steps.hpp"

namespace EBB_NAMESPACE {

/// The maximum over the given axes, which disappear from the shape unless kept with extent 1. A NaN counts
/// as the largest.  Gradient: dy to the first of the largest elements in row-major order, 0 to all others.
/// Error [max] for an axis that does not exist or is named twice, or nothing to choose from.
///
///     max(x, 1)   max(x, {0, 2})   max(x, -1, {.keep_axes = true})
template <class T, class D>
[[nodiscard]] Tensor<T, D> max(const Tensor<T, D>& x, const Axes& axes, const ReduceOptions& options = {}) {
  detail::require_elements("max", x, axes);
  return detail::reduce_in_steps(
      "max", x, axes, options,
      [](const T* from, T* to, const ReduceSizes& sizes) { D::reduce_max(from, to, sizes); },
      [](const T* dy, const T* from, T* dx, const ReduceSizes& sizes) {
        D::reduce_max_gradient(dy, from, dx, sizes);
      });
}

/// The largest of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> max(const Tensor<T, D>& x) {
  return max(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
