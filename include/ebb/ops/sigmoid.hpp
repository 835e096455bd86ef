#pragma once

#include <vector>

#include "ebb/core/exp.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Sigmoid {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    // Only ever exp of a negative number: nothing overflows.
    using C = compute_t<T>;
    const C c = static_cast<C>(v);
    const C e = exp_in_lanes(c < C(0) ? c : -c);
    return static_cast<T>((c < C(0) ? e : C(1)) / (C(1) + e));
  }
};

struct SigmoidGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T y) const {
    return static_cast<T>(dy * (y * (T(1) - y)));
  }
};

}  // namespace detail

/// The logistic function 1 / (1 + exp(-x)), any shape, without overflow for any x.  Gradient: dy * y * (1 -
/// y).
template <class T, class D>
[[nodiscard]] Tensor<T, D> sigmoid(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("sigmoid", x, detail::Sigmoid{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{zip(dy, y, detail::SigmoidGradient{})}; },
      "sigmoid");
}

}  // namespace EBB_NAMESPACE
