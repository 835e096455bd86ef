#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/binary.hpp"

namespace EBB_NAMESPACE {

/// a + b, the operands broadcast against each other (NumPy's rule).  Gradient: dy for either, summed over
/// the axes along which the operand was repeated.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator+(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return differentiable(
      detail::zip_for("add", a, b, detail::Plus{}), {a, b},
      [shape_a = a.shape(), shape_b = b.shape()](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        return std::vector{needs[0] ? detail::sum_to_shape(dy, shape_a) : Tensor<T, D>(),
                           needs[1] ? detail::sum_to_shape(dy, shape_b) : Tensor<T, D>()};
      },
      "add");
}

/// x + s for a number s of the element type.  Gradient: dy.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator+(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return differentiable(
      detail::map_for("add", x, detail::WithRight<detail::Plus, T>{s}), {x},
      [](const Tensor<T, D>& dy) { return std::vector{dy}; }, "add");
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> operator+(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return x + s;
}

/// Adds in place: values only, nothing is recorded for backward. b broadcasts into the shape of a.
template <class T, class D>
Tensor<T, D>& operator+=(Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::update("add", a, b, detail::Plus{});
}

template <class T, class D>
Tensor<T, D>& operator+=(Tensor<T, D>& a, std::type_identity_t<T> s) {
  return detail::update("add", a, detail::WithRight<detail::Plus, T>{s});
}

}  // namespace EBB_NAMESPACE
