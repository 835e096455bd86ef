#pragma once

#include <cmath>
#include <type_traits>
#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Round {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    if constexpr (std::is_integral_v<T>) {
      return v;
    } else {
      return static_cast<T>(std::nearbyint(static_cast<compute_t<T>>(v)));
    }
  }
};

}  // namespace detail

/// The nearest integer, the even one of two that are equally near (as in NumPy and PyTorch, not as in
/// std::round), any shape.  Gradient: 0 everywhere.
template <class T, class D>
[[nodiscard]] Tensor<T, D> round(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("round", x, detail::Round{}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{zeros<T, D>(dy.shape())}; }, "round");
}

}  // namespace EBB_NAMESPACE
