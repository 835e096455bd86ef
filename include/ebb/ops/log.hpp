#pragma once

#include <cmath>
#include <vector>

#include "ebb/ops/detail/unary.hpp"
#include "ebb/ops/divide.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Log {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return static_cast<T>(std::log(static_cast<compute_t<T>>(v)));
  }
};

}  // namespace detail

/// The natural logarithm, any shape; -inf at 0, NaN below.  Gradient: dy / x.
template <class T, class D>
[[nodiscard]] Tensor<T, D> log(const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("log", x, detail::Log{}), {x},
      [x](const Tensor<T, D>& dy) { return std::vector{dy / x}; }, "log");
}

}  // namespace EBB_NAMESPACE
