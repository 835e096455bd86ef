#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/binary.hpp"

namespace EBB_NAMESPACE {

/// a * b element by element, the operands broadcast against each other (NumPy's rule).  Gradient: dy * b for
/// a, dy * a for b, summed over the axes along which the operand was repeated.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator*(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return differentiable(
      detail::zip_for("multiply", a, b, detail::Times{}), {a, b},
      // Each operand is kept only where the other one's gradient asks for it.
      [a = b.needs_grad() ? a : Tensor<T, D>(), b = a.needs_grad() ? b : Tensor<T, D>(), shape_a = a.shape(),
       shape_b = b.shape()](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        return std::vector{needs[0] ? detail::sum_to_shape(dy * b, shape_a) : Tensor<T, D>(),
                           needs[1] ? detail::sum_to_shape(dy * a, shape_b) : Tensor<T, D>()};
      },
      "multiply");
}

/// x * s for a number s of the element type.  Gradient: dy * s.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator*(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return differentiable(
      detail::map_for("multiply", x, detail::WithRight<detail::Times, T>{s}), {x},
      [s](const Tensor<T, D>& dy) { return std::vector{dy * s}; }, "multiply");
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> operator*(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return x * s;
}

/// Multiplies in place: values only, nothing is recorded for backward. b broadcasts into the shape of a.
template <class T, class D>
Tensor<T, D>& operator*=(Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::update("multiply", a, b, detail::Times{});
}

template <class T, class D>
Tensor<T, D>& operator*=(Tensor<T, D>& a, std::type_identity_t<T> s) {
  return detail::update("multiply", a, detail::WithRight<detail::Times, T>{s});
}

}  // namespace EBB_NAMESPACE
