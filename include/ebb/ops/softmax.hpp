#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// A tensor of this shape as (outer, count, inner) around `axis`; an error names `op`.
inline ReduceSizes softmax_sizes(std::string_view op, Index axis, const Shape& shape) {
  axis = normalize_axis(op, axis, shape);
  return {.outer = shape.size_between(0, axis),
          .count = shape[axis],
          .inner = shape.size_between(axis + 1, shape.rank())};
}

}  // namespace detail

/// softmax(x) = exp(x) / (the sum of exp(x) along `axis`), any shape with that axis. Computed from x -
/// max(x): large entries do not overflow and -inf gives 0; NaN where all entries are -inf or one is inf.
///
/// Gradient: dx = y (dy - the sum of y dy along the axis). Error [softmax] where there is no such axis.
template <class T, class D>
[[nodiscard]] Tensor<T, D> softmax(const Tensor<T, D>& x, Index axis = -1) {
  const ReduceSizes sizes = detail::softmax_sizes("softmax", axis, x.shape());
  auto y = Tensor<T, D>::uninitialized(x.shape());
  D::softmax(x.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [y, sizes](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(y.shape());
        D::softmax_gradient(dy.data(), y.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "softmax");
}

}  // namespace EBB_NAMESPACE
