#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Cos {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    const compute_t<T> x = static_cast<compute_t<T>>(v);
    return static_cast<T>(std::cos(x));
  }
};

struct CosGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    return static_cast<T>(static_cast<C>(dy) * -std::sin(x));
  }
};

}  // namespace detail

/// The cosine, any shape.  Gradient: -dy sin(x).
template <class T, class D>
[[nodiscard]] Tensor<T, D> cos(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("cos", x, detail::Cos{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::CosGradient{})}; }, "cos");
}

}  // namespace EBB_NAMESPACE
