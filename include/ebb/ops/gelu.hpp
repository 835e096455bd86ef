#pragma once

#include <numbers>
#include <vector>

#include "ebb/core/erf.hpp"
#include "ebb/core/exp.hpp"
#include "ebb/ops/detail/unary.hpp"
#include "ebb/ops/sigmoid.hpp"

namespace EBB_NAMESPACE {

/// How gelu computes the normal distribution function: by erfc, or by a tanh that is within 5e-4 of it (that
/// of BERT and GPT-2).
enum class GeluApproximation { none, tanh };

namespace detail {

struct Gelu {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    return static_cast<T>(x * cdf(x));
  }

  // erfc and not 1 + erf, which would lose the digits of the tail below 0.
  template <class C>
  EBB_HOST_DEVICE static C cdf(C x) {
    return C(0.5) * erfc_in_lanes(-x * (std::numbers::sqrt2_v<C> / 2));
  }
};

struct GeluGradient {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    const C density = std::numbers::inv_sqrtpi_v<C> * (std::numbers::sqrt2_v<C> / 2) *
                      exp_of_minus_square(x * (std::numbers::sqrt2_v<C> / 2));
    return static_cast<T>(static_cast<C>(dy) * (Gelu::cdf(x) + x * density));
  }
};

// (1 + tanh(u)) / 2 is sigmoid(2 u), which keeps its digits below 0.
struct GeluTanh {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    return static_cast<T>(x * cdf(x));
  }

  template <class C>
  EBB_HOST_DEVICE static C cdf(C x) {
    return Sigmoid{}(factor<C> * (x + C(0.044715) * x * x * x));
  }

  template <class C>
  static constexpr C factor = 2 * std::numbers::sqrt2_v<C>* std::numbers::inv_sqrtpi_v<C>;
};

struct GeluTanhGradient {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v), s = GeluTanh::cdf(x);
    const C slope = GeluTanh::factor<C> * (C(1) + C(3 * 0.044715) * x * x);
    return static_cast<T>(static_cast<C>(dy) * (s + x * s * (C(1) - s) * slope));
  }
};

}  // namespace detail

/// x Phi(x), Phi being the distribution function of the standard normal (Hendrycks and Gimpel, "Gaussian
/// Error Linear Units", 2016), any shape; with GeluApproximation::tanh
/// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
///
/// Gradient: dy times the derivative of the form that was chosen, Phi(x) + x phi(x) of the exact one.
template <class T, class D>
[[nodiscard]] Tensor<T, D> gelu(const Tensor<T, D>& x,
                                GeluApproximation approximation = GeluApproximation::none) {
  if (approximation == GeluApproximation::tanh) {
    return differentiable(
        detail::map_for("gelu", x, detail::GeluTanh{}), {x},
        [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::GeluTanhGradient{})}; }, "gelu");
  }
  return differentiable(
      detail::map_for("gelu", x, detail::Gelu{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::GeluGradient{})}; }, "gelu");
}

}  // namespace EBB_NAMESPACE
