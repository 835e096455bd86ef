#pragma once

#include <cmath>
#include <type_traits>
#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Ceil {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    if constexpr (std::is_integral_v<T>) {
      return v;
    } else {
      return static_cast<T>(std::ceil(static_cast<compute_t<T>>(v)));
    }
  }
};

}  // namespace detail

/// The smallest integer that is not below x, any shape.  Gradient: 0 everywhere.
template <class T, class D>
[[nodiscard]] Tensor<T, D> ceil(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("ceil", x, detail::Ceil{}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{zeros<T, D>(dy.shape())}; }, "ceil");
}

}  // namespace EBB_NAMESPACE
