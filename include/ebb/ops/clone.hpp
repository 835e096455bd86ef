#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"

namespace EBB_NAMESPACE {

/// x.clone(): the same values in elements of its own, any shape.  Gradient: dy.
template <class T, class D>
Tensor<T, D> Tensor<T, D>::clone() const {
  detail::require(defined(), "clone", "the tensor is undefined");
  return differentiable(
      detail::copy_of(*this), {*this}, [](const Tensor& dy) { return std::vector{dy}; }, "clone");
}

}  // namespace EBB_NAMESPACE
