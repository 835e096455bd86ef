#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"

namespace EBB_NAMESPACE {

/// x.slice(first, last): the part [first, last) of the leading axis, 0 <= first <= last <= shape(0).  Shares
/// the elements; `narrow` cuts any axis and copies.  Gradient: dy where the slice is, 0 elsewhere.
/// Error [slice] for any other range.
template <class T, class D>
Tensor<T, D> Tensor<T, D>::slice(Index first, Index last) const {
  detail::require(defined() && rank() > 0, "slice", "a tensor of shape ", shape_, " has no leading axis");
  detail::require(0 <= first && first <= last && last <= shape_[0], "slice", "[", first, ", ", last,
                  ") is not a part of the leading axis of ", shape_);
  Shape part = shape_;
  part[0] = last - first;
  const Index offset = first * shape_.size_between(1, rank());
  return differentiable(
      view(part, offset), {*this},
      [from = shape_, part, offset](const Tensor& dy) {
        Tensor dx(from);
        dx.view(part, offset).assign(dy);
        return std::vector{dx};
      },
      "slice");
}

}  // namespace EBB_NAMESPACE
