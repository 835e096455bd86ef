#pragma once

#include <vector>

#include "ebb/ops/detail/unary.hpp"
#include "ebb/ops/sign.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Abs {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return v < T(0) ? static_cast<T>(-v) : v;
  }
};

struct AbsGradient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T x) const {
    return static_cast<T>(dy * Sign{}(x));
  }
};

}  // namespace detail

/// |x|, any shape.  Gradient: dy * sign(x), 0 at 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> abs(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("abs", x, detail::Abs{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, detail::AbsGradient{})}; }, "abs");
}

}  // namespace EBB_NAMESPACE
