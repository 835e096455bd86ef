#pragma once

#include <initializer_list>
#include <vector>

#include "ebb/autograd/differentiable.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// The shape that `extents` means for `size` elements: at most one of them is -1, what is left.
inline Shape infer_shape(std::initializer_list<Index> extents, const Shape& from) {
  Index open = -1;
  Shape shape;
  for (const Index extent : extents) {
    require(extent >= -1, "reshape", "extent ", extent, " of axis ", shape.rank(), " is negative");
    if (extent == -1) {
      require(open < 0, "reshape", "more than one extent is -1");
      open = shape.rank();
    }
    shape.push_back(extent == -1 ? 1 : extent);
  }
  if (open < 0) return shape;
  const Index known = shape.size();
  require(known > 0 && from.size() % known == 0, "reshape", from, " does not divide into ", known,
          " elements for each step of axis ", open);
  shape[open] = from.size() / known;
  return shape;
}

}  // namespace detail

/// x.reshape(shape): the same elements, shared, under another shape of equal size.  Gradient:
/// dy.reshape(x.shape()). Error [reshape] where the sizes differ, or two extents are -1.
///
///     x.reshape({n, -1})   // (n, whatever is left)
template <class T, class D>
Tensor<T, D> Tensor<T, D>::reshape(const Shape& shape) const {
  detail::require(defined(), "reshape", "the tensor is undefined");
  detail::require(shape.size() == shape_.size(), "reshape", shape_, " has ", shape_.size(), " elements, ",
                  shape, " has ", shape.size());
  return differentiable(
      view(shape, 0), {*this}, [from = shape_](const Tensor& dy) { return std::vector{dy.view(from, 0)}; },
      "reshape");
}

template <class T, class D>
Tensor<T, D> Tensor<T, D>::reshape(std::initializer_list<Index> shape) const {
  detail::require(defined(), "reshape", "the tensor is undefined");
  return reshape(detail::infer_shape(shape, shape_));
}

}  // namespace EBB_NAMESPACE
