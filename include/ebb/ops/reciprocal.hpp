#pragma once

#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Reciprocal {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    const compute_t<T> x = static_cast<compute_t<T>>(v);
    return static_cast<T>(compute_t<T>(1) / x);
  }
};

struct ReciprocalGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T w) const {
    using C = compute_t<T>;
    const C y = static_cast<C>(w);
    return static_cast<T>(static_cast<C>(dy) * -(y * y));
  }
};

}  // namespace detail

/// 1 / x, any shape; infinite at 0.  Gradient: -dy y^2.
template <class T, class D>
[[nodiscard]] Tensor<T, D> reciprocal(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("reciprocal", x, detail::Reciprocal{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{zip(dy, y, detail::ReciprocalGradient{})}; },
      "reciprocal");
}

}  // namespace EBB_NAMESPACE
