#pragma once

#include <cmath>
#include <type_traits>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct IsFinite {
  template <class T>
  EBB_HOST_DEVICE bool operator()(T v) const {
    if constexpr (std::is_integral_v<T>) {
      return true;
    } else {
      return std::isfinite(static_cast<compute_t<T>>(v));
    }
  }
};

}  // namespace detail

/// Where x is neither infinite nor NaN, any shape: a mask, a tensor of bool. No gradient.
template <class T, class D>
[[nodiscard]] Tensor<bool, D> isfinite(const Tensor<T, D>& x) {
  return detail::map_for("isfinite", x, detail::IsFinite{}).detach();
}

}  // namespace EBB_NAMESPACE
