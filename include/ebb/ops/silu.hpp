#pragma once

#include <vector>

#include "ebb/ops/detail/unary.hpp"
#include "ebb/ops/sigmoid.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Silu {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    return static_cast<T>(x * Sigmoid{}(x));
  }
};

struct SiluGradient {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v), s = Sigmoid{}(x);
    return static_cast<T>(static_cast<C>(dy) * s * (C(1) + x * (C(1) - s)));
  }
};

}  // namespace detail

/// x sigmoid(x), any shape, also known as swish.  Gradient: dy s (1 + x (1 - s)) with s = sigmoid(x).
template <class T, class D>
[[nodiscard]] Tensor<T, D> silu(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("silu", x, detail::Silu{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::SiluGradient{})}; }, "silu");
}

}  // namespace EBB_NAMESPACE
