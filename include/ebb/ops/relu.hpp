#pragma once

#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

// Written so that a NaN stays one.
struct Relu {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return v < T(0) ? T(0) : v;
  }
};

struct ReluGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T y) const {
    return y > T(0) ? dy : T(0);
  }
};

}  // namespace detail

/// max(x, 0), any shape.  Gradient: dy where x > 0, else 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> relu(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("relu", x, detail::Relu{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{zip(dy, y, detail::ReluGradient{})}; },
      "relu");
}

}  // namespace EBB_NAMESPACE
