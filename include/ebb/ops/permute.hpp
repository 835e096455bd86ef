#pragma once

#include <cstddef>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/core/axes.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// Axis i of the result is axis order[i] of x; every axis once.
template <class T, class D>
Tensor<T, D> permuted(const Tensor<T, D>& x, const std::vector<Index>& order) {
  Shape shape;
  StridedSizes sizes;
  for (const Index axis : order) {
    shape.push_back(x.shape()[axis]);
    sizes.add_axis(x.shape()[axis], x.shape().size_between(axis + 1, x.rank()));
  }
  auto y = Tensor<T, D>::uninitialized(shape);
  D::copy_strided(x.data(), y.mutable_data(), sizes);
  return y;
}

template <class T, class D>
Tensor<T, D> permute_for(std::string_view op, const Tensor<T, D>& x, const std::vector<Index>& order) {
  std::vector<Index> back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    back[static_cast<std::size_t>(order[i])] = static_cast<Index>(i);
  return differentiable(
      permuted(x, order), {x}, [back](const Tensor<T, D>& dy) { return std::vector{permuted(dy, back)}; },
      op);
}

}  // namespace detail

/// Axis i of the result is axis axes[i] of x, copied.  Gradient: dy permuted back.
/// Error [permute] where the axes are not those of x, each once.
///
///     permute(x, {0, 2, 1})   // (N, C, L) -> (N, L, C)
template <class T, class D>
[[nodiscard]] Tensor<T, D> permute(const Tensor<T, D>& x, const Axes& axes) {
  detail::require(x.defined(), "permute", "the input is undefined");
  const Index count = static_cast<Index>(axes.end() - axes.begin());
  detail::require(count == x.rank(), "permute", count, " axes for a tensor of shape ", x.shape());
  (void)detail::reduced_shape("permute", x.shape(), axes);  // checks that each one exists and is named once
  std::vector<Index> order;
  for (const Index axis : axes) order.push_back(axis < 0 ? axis + x.rank() : axis);
  return detail::permute_for("permute", x, order);
}

}  // namespace EBB_NAMESPACE
