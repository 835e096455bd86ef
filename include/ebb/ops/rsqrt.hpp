#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Rsqrt {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    const compute_t<T> x = static_cast<compute_t<T>>(v);
    return static_cast<T>(compute_t<T>(1) / std::sqrt(x));
  }
};

struct RsqrtGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T w) const {
    using C = compute_t<T>;
    const C y = static_cast<C>(w);
    return static_cast<T>(static_cast<C>(dy) * (C(-0.5) * (y * y * y)));
  }
};

}  // namespace detail

/// 1 / sqrt(x), any shape; infinite at 0, NaN below.  Gradient: -dy y^3 / 2.
template <class T, class D>
[[nodiscard]] Tensor<T, D> rsqrt(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("rsqrt", x, detail::Rsqrt{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{zip(dy, y, detail::RsqrtGradient{})}; },
      "rsqrt");
}

}  // namespace EBB_NAMESPACE
