#pragma once

#include <vector>

#include "ebb/core/tanh.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Tanh {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>(tanh_in_lanes(static_cast<compute_t<T>>(v)));
  }
};

struct TanhGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T y) const {
    return static_cast<T>(dy * (T(1) - y * y));
  }
};

}  // namespace detail

/// The hyperbolic tangent, any shape.  Gradient: dy * (1 - y^2).
template <class T, class D>
[[nodiscard]] Tensor<T, D> tanh(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("tanh", x, detail::Tanh{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{zip(dy, y, detail::TanhGradient{})}; },
      "tanh");
}

}  // namespace EBB_NAMESPACE
