#pragma once

#include <vector>

#include "ebb/ops/detail/binary.hpp"

namespace EBB_NAMESPACE {

namespace detail {
struct Negate {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>(-v);
  }
};
}  // namespace detail

/// -x, any shape.  Gradient: -dy.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator-(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("negate", x, detail::Negate{}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{-dy}; }, "negate");
}

}  // namespace EBB_NAMESPACE
