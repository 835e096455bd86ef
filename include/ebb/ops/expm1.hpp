#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Expm1 {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    const compute_t<T> x = static_cast<compute_t<T>>(v);
    return static_cast<T>(std::expm1(x));
  }
};

struct Expm1Gradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T w) const {
    using C = compute_t<T>;
    const C y = static_cast<C>(w);
    return static_cast<T>(static_cast<C>(dy) * (y + C(1)));
  }
};

}  // namespace detail

/// exp(x) - 1, any shape, with all digits where x is small.  Gradient: dy exp(x).
template <class T, class D>
[[nodiscard]] Tensor<T, D> expm1(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("expm1", x, detail::Expm1{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{zip(dy, y, detail::Expm1Gradient{})}; },
      "expm1");
}

}  // namespace EBB_NAMESPACE
