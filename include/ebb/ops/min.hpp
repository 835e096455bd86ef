#pragma once

#include "ebb/ops/detail/reduce_in_steps.hpp"

namespace EBB_NAMESPACE {

/// The minimum over the given axes, which disappear from the shape unless kept with extent 1. A NaN counts
/// as the smallest.  Gradient: dy to the first of the smallest elements in row-major order, 0 to all others.
/// Error [min] for an axis that does not exist or is named twice, or nothing to choose from.
///
///     min(x, 1)   min(x, {0, 2})   min(x, -1, {.keep_axes = true})
template <class T, class D>
[[nodiscard]] Tensor<T, D> min(const Tensor<T, D>& x, const Axes& axes, const ReduceOptions& options = {}) {
  detail::require_elements("min", x, axes);
  return detail::reduce_in_steps(
      "min", x, axes, options,
      [](const T* from, T* to, const ReduceSizes& sizes) { D::reduce_min(from, to, sizes); },
      [](const T* dy, const T* from, T* dx, const ReduceSizes& sizes) {
        D::reduce_min_gradient(dy, from, dx, sizes);
      });
}

/// The smallest of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> min(const Tensor<T, D>& x) {
  return min(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
