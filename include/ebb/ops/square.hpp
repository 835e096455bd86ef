#pragma once

#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Square {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>(v * v);
  }
};

struct SquareGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T x) const {
    return static_cast<T>(dy * (x + x));
  }
};

}  // namespace detail

/// x * x, any shape.  Gradient: 2 x dy.
template <class T, class D>
[[nodiscard]] Tensor<T, D> square(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("square", x, detail::Square{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::SquareGradient{})}; }, "square");
}

}  // namespace EBB_NAMESPACE
