#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Sin {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    const compute_t<T> x = static_cast<compute_t<T>>(v);
    return static_cast<T>(std::sin(x));
  }
};

struct SinGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    return static_cast<T>(static_cast<C>(dy) * std::cos(x));
  }
};

}  // namespace detail

/// The sine, any shape.  Gradient: dy cos(x).
template <class T, class D>
[[nodiscard]] Tensor<T, D> sin(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("sin", x, detail::Sin{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::SinGradient{})}; }, "sin");
}

}  // namespace EBB_NAMESPACE
