#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/negate.hpp"

namespace EBB_NAMESPACE {

/// a / b element by element, the operands broadcast against each other (NumPy's rule).  Gradient: dy / b for
/// a, -dy * y / b for b, summed over the axes along which the operand was repeated.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator/(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  const Tensor<T, D> y = detail::zip_for("divide", a, b, detail::Divides{}).detach();
  return differentiable(
      y, {a, b},
      [b, y = b.needs_grad() ? y : Tensor<T, D>(), shape_a = a.shape()](const Tensor<T, D>& dy,
                                                                        const std::vector<bool>& needs) {
        const Tensor<T, D> da = dy / b;
        return std::vector{needs[0] ? detail::sum_to_shape(da, shape_a) : Tensor<T, D>(),
                           needs[1] ? -detail::sum_to_shape(da * y, b.shape()) : Tensor<T, D>()};
      },
      "divide");
}

/// x / s and s / x for a number s of the element type.  Gradient: dy / s and -dy * y / x.
template <class T, class D>
[[nodiscard]] Tensor<T, D> operator/(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return differentiable(
      detail::map_for("divide", x, detail::WithRight<detail::Divides, T>{s}), {x},
      [s](const Tensor<T, D>& dy) { return std::vector{dy / s}; }, "divide");
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> operator/(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  const Tensor<T, D> y = detail::map_for("divide", x, detail::WithLeft<detail::Divides, T>{s}).detach();
  return differentiable(
      y, {x}, [x, y](const Tensor<T, D>& dy) { return std::vector{-(dy * y / x)}; }, "divide");
}

/// Divides in place: values only, nothing is recorded for backward. b broadcasts into the shape of a.
template <class T, class D>
Tensor<T, D>& operator/=(Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::update("divide", a, b, detail::Divides{});
}

template <class T, class D>
Tensor<T, D>& operator/=(Tensor<T, D>& a, std::type_identity_t<T> s) {
  return detail::update("divide", a, detail::WithRight<detail::Divides, T>{s});
}

}  // namespace EBB_NAMESPACE
