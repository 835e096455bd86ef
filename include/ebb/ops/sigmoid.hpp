#pragma once

#include <vector>

#include "ebb/core/sigmoid.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Sigmoid {
  static constexpr bool computes = true;
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>(sigmoid_in_lanes(static_cast<compute_t<T>>(v)));
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
