#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"
#include "ebb/ops/multiply.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Exp {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>(std::exp(static_cast<compute_t<T>>(v)));
  }
};

}  // namespace detail

/// exp(x), any shape.  Gradient: dy * exp(x).
template <class T, class D>
[[nodiscard]] Tensor<T, D> exp(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("exp", x, detail::Exp{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{dy * y}; }, "exp");
}

}  // namespace EBB_NAMESPACE
