#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

template <class T>
struct Clamp {
  T low, high;
  EBB_HOST_DEVICE T operator()(T v) const { return v < low ? low : v > high ? high : v; }
};

template <class T>
struct ClampGradient {
  T low, high;
  EBB_HOST_DEVICE T operator()(T dy, T x) const { return x < low || x > high ? T(0) : dy; }
};

}  // namespace detail

/// min(max(x, low), high), any shape.  Gradient: dy where low <= x <= high, else 0.
/// Error [clamp] unless low <= high.
template <class T, class D>
[[nodiscard]] Tensor<T, D> clamp(const Tensor<T, D>& x, std::type_identity_t<T> low,
                                 std::type_identity_t<T> high) {
  detail::require(low <= high, "clamp", "the lower bound ", low, " is above the upper bound ", high);
  return differentiable(
      detail::map_for("clamp", x, detail::Clamp<T>{low, high}), {x},
      [x, low, high](const Tensor<T, D>& dy) {
        return std::vector{zip(dy, x, detail::ClampGradient<T>{low, high})};
      },
      "clamp");
}

}  // namespace EBB_NAMESPACE
