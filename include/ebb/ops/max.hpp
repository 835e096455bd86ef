#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/reduce.hpp"
#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE {

/// The maximum over the given axes, which disappear from the shape unless kept with extent 1. A NaN counts
/// as the largest.  Gradient: dy to the first of the largest elements in row-major order, 0 to all others.
/// Error [max] for an axis that does not exist or is named twice, or nothing to choose from.
template <class T, class D>
[[nodiscard]] Tensor<T, D> max(const Tensor<T, D>& x, const Axes& axes, const ReduceOptions& options = {}) {
  detail::require(x.defined(), "max", "the input is undefined");
  const Shape kept = detail::reduced_shape("max", x.shape(), axes);
  detail::require(x.size() > 0 || kept.size() == 0, "max", x.shape(), " has no elements to choose from");
  const auto step = [](const Tensor<T, D>& from, const Shape& shape, const ReduceSizes& sizes) {
    auto y = Tensor<T, D>::uninitialized(shape);
    D::reduce_max(from.data(), y.mutable_data(), sizes);
    return differentiable(
        y, {from},
        [from, sizes](const Tensor<T, D>& dy) {
          auto dx = Tensor<T, D>::uninitialized(from.shape());
          D::reduce_max_gradient(dy.data(), from.data(), dx.mutable_data(), sizes);
          return std::vector{dx};
        },
        "max");
  };
  const Tensor<T, D> y = detail::reduce_steps(x, kept, step);
  return options.keep_axes ? y : y.reshape(detail::without_axes(x.shape(), axes));
}

/// The largest of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> max(const Tensor<T, D>& x) {
  return max(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
