#pragma once

#include <vector>

#include "ebb/ops/detail/mask.hpp"

namespace EBB_NAMESPACE {

/// The elements of x where the mask is true, in row-major order, of shape (how many,); x and the mask are
/// broadcast against each other (NumPy's rule).  Gradient: each dy to its element, 0 to all others.
/// Error [masked_select] for shapes that do not fit.
template <class T, class D>
[[nodiscard]] Tensor<T, D> masked_select(const Tensor<T, D>& x, const Tensor<bool, D>& mask) {
  detail::require(x.defined() && mask.defined(), "masked_select", "an operand is undefined");
  const Shape shape = detail::broadcast_shape("masked_select", x.shape(), mask.shape());
  const Tensor<bool, D> chosen = detail::repeated(mask, shape);
  auto y = Tensor<T, D>::uninitialized({D::count_true(chosen.data(), shape.size())});
  D::compress(chosen.data(), detail::repeated(x, shape).data(), y.mutable_data(), shape.size());
  return differentiable(
      y, {x},
      [chosen, from = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(chosen.shape());
        D::expand(chosen.data(), dy.data(), dx.mutable_data(), dx.size());
        return std::vector{detail::sum_to_shape(dx, from)};
      },
      "masked_select");
}

}  // namespace EBB_NAMESPACE
