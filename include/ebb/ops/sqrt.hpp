#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"
#include "ebb/ops/divide.hpp"
#include "ebb/ops/multiply.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Sqrt {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>(std::sqrt(static_cast<compute_t<T>>(v)));
  }
};

struct SqrtGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T y) const {
    return static_cast<T>(dy / (y + y));
  }
};

}  // namespace detail

/// The square root, any shape; NaN below 0.  Gradient: dy / (2 sqrt(x)), infinite at 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> sqrt(const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("sqrt", x, detail::Sqrt{}).detach();
  return differentiable(
      y, {x}, [y](const Tensor<T, D>& dy) { return std::vector{zip(dy, y, detail::SqrtGradient{})}; },
      "sqrt");
}

}  // namespace EBB_NAMESPACE
