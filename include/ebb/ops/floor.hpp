#pragma once

#include <cmath>
#include <type_traits>
#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Floor {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    if constexpr (std::is_integral_v<T>) {
      return v;
    } else {
      return static_cast<T>(std::floor(static_cast<compute_t<T>>(v)));
    }
  }
};

}  // namespace detail

/// The largest integer that is not above x, any shape.  Gradient: 0 everywhere.
template <class T, class D>
[[nodiscard]] Tensor<T, D> floor(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("floor", x, detail::Floor{}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{zeros<T, D>(dy.shape())}; }, "floor");
}

}  // namespace EBB_NAMESPACE
