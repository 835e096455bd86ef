#pragma once

#include <type_traits>
#include <vector>

#include "ebb/core/choose.hpp"
#include "ebb/core/exp.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

template <class T>
struct Elu {
  static constexpr bool computes = true;
  T alpha;
  EBB_HOST_DEVICE T operator()(T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    const C below = static_cast<C>(alpha) * expm1_in_lanes(choose(x > C(0), C(0), x));
    return choose(x > C(0), v, static_cast<T>(below));
  }
};

template <class T>
struct EluGradient {
  static constexpr bool computes = true;
  T alpha;
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    const C x = static_cast<C>(v);
    const C slope = static_cast<C>(alpha) * exp_in_lanes(choose(x > C(0), C(0), x));
    return choose(x > C(0), dy, static_cast<T>(static_cast<C>(dy) * slope));
  }
};

}  // namespace detail

/// x where x > 0, else alpha (exp(x) - 1), any shape (Clevert et al., "Exponential Linear Units", 2015).
/// Gradient: dy where x > 0, else dy alpha exp(x).
template <class T, class D>
[[nodiscard]] Tensor<T, D> elu(const Tensor<T, D>& x, std::type_identity_t<T> alpha = static_cast<T>(1)) {
  return differentiable(
      detail::map_for("elu", x, detail::Elu<T>{alpha}), {x},
      [x, alpha](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::EluGradient<T>{alpha})}; },
      "elu");
}

}  // namespace EBB_NAMESPACE
