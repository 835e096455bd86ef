#pragma once

#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Sign {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>((v > T(0) ? 1 : 0) - (v < T(0) ? 1 : 0));
  }
};

}  // namespace detail

/// -1, 0 or 1, any shape; 0 for NaN.  Gradient: 0 everywhere, so that attacks may pass through it.
template <class T, class D>
[[nodiscard]] Tensor<T, D> sign(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("sign", x, detail::Sign{}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{zeros<T, D>(dy.shape())}; }, "sign");
}

}  // namespace EBB_NAMESPACE
