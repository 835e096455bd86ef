#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/mask.hpp"

namespace EBB_NAMESPACE {

/// a where the mask is true, else b; all three broadcast against each other (NumPy's rule).
///
/// Gradient: dy where the operand was chosen, else 0, summed over the axes along which it was repeated: a NaN
/// in what was not chosen does no harm. Error [where] for shapes that do not fit.
///
///     where(x > 0, x, 0.1f * x)   where(mask, x, 0)
template <class T, class D>
[[nodiscard]] Tensor<T, D> where(const Tensor<bool, D>& mask, const Tensor<T, D>& a, const Tensor<T, D>& b) {
  detail::require(mask.defined() && a.defined() && b.defined(), "where", "an operand is undefined");
  const Shape shape =
      detail::broadcast_shape("where", detail::broadcast_shape("where", mask.shape(), a.shape()), b.shape());
  const Tensor<bool, D> chosen = detail::repeated(mask, shape);
  auto y = Tensor<T, D>::uninitialized(shape);
  D::select(chosen.data(), detail::repeated(a, shape).data(), detail::repeated(b, shape).data(),
            y.mutable_data(), shape.size());
  return differentiable(
      y, {a, b},
      [mask, shape_a = a.shape(), shape_b = b.shape()](const Tensor<T, D>& dy,
                                                       const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> d(2);
        if (needs[0]) d[0] = detail::sum_to_shape(zip(mask, dy, detail::IfTrue<T>{}), shape_a);
        if (needs[1]) d[1] = detail::sum_to_shape(zip(mask, dy, detail::IfFalse<T>{}), shape_b);
        return d;
      },
      "where");
}

/// The same with a number of the element type on one side.
template <class T, class D>
[[nodiscard]] Tensor<T, D> where(const Tensor<bool, D>& mask, const Tensor<T, D>& a,
                                 std::type_identity_t<T> b) {
  return differentiable(
      detail::zip_for("where", mask, a, detail::IfTrue<T>{b}).detach(), {a},
      [mask, shape = a.shape()](const Tensor<T, D>& dy) {
        return std::vector{detail::sum_to_shape(zip(mask, dy, detail::IfTrue<T>{}), shape)};
      },
      "where");
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> where(const Tensor<bool, D>& mask, std::type_identity_t<T> a,
                                 const Tensor<T, D>& b) {
  return differentiable(
      detail::zip_for("where", mask, b, detail::IfFalse<T>{a}).detach(), {b},
      [mask, shape = b.shape()](const Tensor<T, D>& dy) {
        return std::vector{detail::sum_to_shape(zip(mask, dy, detail::IfFalse<T>{}), shape)};
      },
      "where");
}

}  // namespace EBB_NAMESPACE
