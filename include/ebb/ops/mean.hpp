#pragma once

#include <type_traits>

#include "ebb/ops/divide.hpp"
#include "ebb/ops/sum.hpp"

namespace EBB_NAMESPACE {

/// The mean over the given axes, which disappear from the shape unless kept with extent 1; the mean of
/// nothing is NaN.  Gradient: dy / count repeated. Error [mean] for an axis that does not exist or is named
/// twice.
template <class T, class D>
[[nodiscard]] Tensor<T, D> mean(const Tensor<T, D>& x, const Axes& axes, const ReduceOptions& options = {}) {
  static_assert(!std::is_integral_v<T>, "the mean of integers is no integer: cast<float>(x) first");
  detail::require(x.defined(), "mean", "the input is undefined");
  const Shape kept = detail::reduced_shape("mean", x.shape(), axes);
  Index count = 1;
  for (Index axis = 0; axis < x.rank(); ++axis)
    if (kept[axis] != x.shape()[axis]) count *= x.shape()[axis];
  return sum(x, axes, options) / static_cast<T>(static_cast<double>(count));
}

/// The mean of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> mean(const Tensor<T, D>& x) {
  return mean(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
