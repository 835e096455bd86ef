#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/core/axes.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// x[index]: one step of the leading axis, without that axis: (N, C, L) gives (C, L), a vector gives a tensor
/// of shape (). Shares the elements, so x[i].fill(0) changes x.  Gradient: dy where the step is, 0 elsewhere.
/// Error [select] for a number outside of [0, shape(0)).
template <class T, class D>
Tensor<T, D> Tensor<T, D>::operator[](Index index) const {
  detail::require(defined() && rank() > 0, "select", "a tensor of shape ", shape_, " has no leading axis");
  detail::require(0 <= index && index < shape_[0], "select", "there is no step ", index, " of axis 0 in ",
                  shape_);
  const Shape part = detail::without_axes(shape_, 0);
  const Index offset = index * part.size();
  return differentiable(
      view(part, offset), {*this},
      [from = shape_, part, offset](const Tensor& dy) {
        Tensor dx(from);
        dx.view(part, offset).assign(dy);
        return std::vector{dx};
      },
      "select");
}

/// One step of an axis, without that axis, copied; x[index] shares that of the leading one. Gradient: dy
/// where the step is, 0 elsewhere.  Error [select] for an axis or a number that does not exist.
///
///     select(x, /*axis=*/-1, 0)   // (N, C, L) -> (N, C): the first sample of each row
template <class T, class D>
[[nodiscard]] Tensor<T, D> select(const Tensor<T, D>& x, Index axis, Index index) {
  detail::require(x.defined(), "select", "the input is undefined");
  const Index along = detail::normalize_axis("select", axis, x.shape());
  detail::require(0 <= index && index < x.shape()[along], "select", "there is no step ", index, " of axis ",
                  axis, " in ", x.shape());
  return differentiable(
      detail::part_of(x, along, index, 1).view(detail::without_axes(x.shape(), along), 0), {x},
      [shape = x.shape(), along, index](const Tensor<T, D>& dy) {
        Tensor<T, D> dx(shape);
        detail::copy_part(dy.view(detail::with_extent(shape, along, 1), 0), 0, dx, index, along, 1);
        return std::vector{dx};
      },
      "select");
}

}  // namespace EBB_NAMESPACE
