#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/negate.hpp"

namespace EBB_NAMESPACE {

/// a - b, the operands broadcast against each other (NumPy's rule).  Gradient: dy for a, -dy for b, summed
/// over the axes along which the operand was repeated.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator-(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return differentiable(
      detail::zip_for("subtract", a, b, detail::Minus{}), {a, b},
      [shape_a = a.shape(), shape_b = b.shape()](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        return std::vector{needs[0] ? detail::sum_to_shape(dy, shape_a) : Tensor<T, D>(),
                           needs[1] ? -detail::sum_to_shape(dy, shape_b) : Tensor<T, D>()};
      },
      "subtract");
}

/// x - s and s - x for a number s of the element type.  Gradient: dy and -dy.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator-(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return differentiable(
      detail::map_for("subtract", x, detail::WithRight<detail::Minus, T>{s}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{dy}; }, "subtract");
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> operator-(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return differentiable(
      detail::map_for("subtract", x, detail::WithLeft<detail::Minus, T>{s}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{-dy}; }, "subtract");
}

/// Subtracts in place: values only, nothing is recorded for backward. b broadcasts into the shape of a.
template <class T, class D>
Tensor<T, D>& operator-=(Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::update("subtract", a, b, detail::Minus{});
}

template <class T, class D>
Tensor<T, D>& operator-=(Tensor<T, D>& a, std::type_identity_t<T> s) {
  return detail::update("subtract", a, detail::WithRight<detail::Minus, T>{s});
}

}  // namespace EBB_NAMESPACE
