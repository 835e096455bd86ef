#pragma once

#include <type_traits>
#include <vector>

#include "ebb/core/exp.hpp"
#include "ebb/core/log1p.hpp"
#include "ebb/ops/detail/unary.hpp"
#include "ebb/ops/sigmoid.hpp"

namespace EBB_NAMESPACE {

namespace detail {

template <class T>
struct Softplus {
  static constexpr bool computes = true;
  T beta;
  EBB_HOST_DEVICE T operator()(T v) const {
    // Only ever exp of a negative number: nothing overflows.
    using C = compute_t<T>;
    const C b = static_cast<C>(beta), x = b * static_cast<C>(v);
    return static_cast<T>(((x > C(0) ? x : C(0)) + log1p_in_lanes(exp_in_lanes(x > C(0) ? -x : x))) / b);
  }
};

template <class T>
struct SoftplusGradient {
  static constexpr bool computes = true;
  T beta;
  EBB_HOST_DEVICE T operator()(T dy, T v) const {
    using C = compute_t<T>;
    return static_cast<T>(static_cast<C>(dy) * Sigmoid{}(static_cast<C>(beta) * static_cast<C>(v)));
  }
};

}  // namespace detail

/// log(1 + exp(beta x)) / beta, any shape, without overflow for any x.  Gradient: dy sigmoid(beta x).
/// Error [softplus] unless beta > 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> softplus(const Tensor<T, D>& x, std::type_identity_t<T> beta = static_cast<T>(1)) {
  detail::require(beta > 0, "softplus", "beta is ", beta, ", it must be above 0");
  return differentiable(
      detail::map_for("softplus", x, detail::Softplus<T>{beta}), {x},
      [x, beta](const Tensor<T, D>& dy) {
        return std::vector{zip(dy, x, detail::SoftplusGradient<T>{beta})};
      },
      "softplus");
}

}  // namespace EBB_NAMESPACE
