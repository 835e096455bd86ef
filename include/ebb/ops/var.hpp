#pragma once

#include <vector>

#include "ebb/ops/detail/moments.hpp"
#include "ebb/ops/square.hpp"

namespace EBB_NAMESPACE {

/// The variance over the given axes, which disappear from the shape unless kept with extent 1: the sum of
/// (x - mean)^2 divided by n - correction, where that is 1 as in PyTorch (NumPy's is 0). NaN where the
/// divisor is not above 0 and there is no deviation, so for one element.
///
/// Gradient: dy 2 (x - mean) / (n - correction). Error [var] for an axis that does not exist or is named
/// twice.
///
///     var(x, 0)   var(x, {0, 2}, {.correction = 0, .keep_axes = true})
template <class T, class D>
[[nodiscard]] Tensor<T, D> var(const Tensor<T, D>& x, const Axes& axes, const VarOptions& options = {}) {
  const detail::Moments<T, D> moments = detail::moments("var", x, axes, options);
  return differentiable(
      square(moments.deviation).view(moments.result, 0), {x},
      [x, moments](const Tensor<T, D>& dy) {
        return std::vector{moments.gradient(x, dy.view(moments.mean.shape(), 0))};
      },
      "var");
}

/// The variance of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> var(const Tensor<T, D>& x) {
  return var(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
