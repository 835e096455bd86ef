#pragma once

#include "ebb/ops/detail/reduce_in_steps.hpp"

namespace EBB_NAMESPACE {

/// The product over the given axes, which disappear from the shape unless kept with extent 1. Floats are
/// multiplied in double and in a fixed order; the product of nothing is 1.
///
/// Gradient: dy times the product of all other elements, without a division, so that it is right where
/// elements are 0. Error [prod] for an axis that does not exist or is named twice.
template <class T, class D>
[[nodiscard]] Tensor<T, D> prod(const Tensor<T, D>& x, const Axes& axes, const ReduceOptions& options = {}) {
  detail::require(x.defined(), "prod", "the input is undefined");
  return detail::reduce_in_steps(
      "prod", x, axes, options,
      [](const T* from, T* to, const ReduceSizes& sizes) { D::reduce_prod(from, to, sizes); },
      [](const T* dy, const T* from, T* dx, const ReduceSizes& sizes) {
        D::reduce_prod_gradient(dy, from, dx, sizes);
      });
}

/// The product of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> prod(const Tensor<T, D>& x) {
  return prod(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
