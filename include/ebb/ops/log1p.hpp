#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Log1p {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    const compute_t<T> x = static_cast<compute_t<T>>(v);
    return static_cast<T>(std::log1p(x));
  }
};

struct Log1pGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    return static_cast<T>(static_cast<C>(dy) * (C(1) / (C(1) + x)));
  }
};

}  // namespace detail

/// log(1 + x), any shape, with all digits where x is small; -inf at -1, NaN below.  Gradient: dy / (1 + x).
template <class T, class D>
[[nodiscard]] Tensor<T, D> log1p(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("log1p", x, detail::Log1p{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::Log1pGradient{})}; }, "log1p");
}

}  // namespace EBB_NAMESPACE
