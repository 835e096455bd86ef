#pragma once

#include "ebb/core/choose.hpp"
#include "ebb/ops/detail/binary.hpp"

/// What operations with masks share.

namespace EBB_NAMESPACE::detail {

/// The value where the mask is true, else a constant.
template <class T>
struct IfTrue {
  T otherwise = T(0);
  EBB_HOST_DEVICE T operator()(bool chosen, T v) const { return choose(chosen, v, otherwise); }
};

/// The value where the mask is false, else a constant.
template <class T>
struct IfFalse {
  T otherwise = T(0);
  EBB_HOST_DEVICE T operator()(bool chosen, T v) const { return choose(chosen, otherwise, v); }
};

/// x itself where it has that shape, else repeated to it; outside of the graph.
template <class T, class D>
Tensor<T, D> repeated(const Tensor<T, D>& x, const Shape& shape) {
  return x.shape() == shape ? x.detach() : repeat_to_shape(x, shape);
}

}  // namespace EBB_NAMESPACE::detail
