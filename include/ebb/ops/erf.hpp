#pragma once

#include <numbers>
#include <vector>

#include "ebb/core/erf.hpp"
#include "ebb/core/exp.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Erf {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    const compute_t<T> x = static_cast<compute_t<T>>(v);
    return static_cast<T>(erf_in_lanes(x));
  }
};

struct ErfGradient {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    return static_cast<T>(static_cast<C>(dy) *
                          (C(2) * std::numbers::inv_sqrtpi_v<C> * exp_of_minus_square(x)));
  }
};

}  // namespace detail

/// The error function 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x, any shape.
/// Gradient: dy 2 / sqrt(pi) exp(-x^2).
template <class T, class D>
[[nodiscard]] Tensor<T, D> erf(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("erf", x, detail::Erf{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::ErfGradient{})}; }, "erf");
}

}  // namespace EBB_NAMESPACE
