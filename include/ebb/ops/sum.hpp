#pragma once

#include <type_traits>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/reduce.hpp"

namespace EBB_NAMESPACE {

/// The sum over the given axes, which disappear from the shape unless kept with extent 1. Floats are summed
/// in double and in a fixed order; the sum of nothing is 0.  Gradient: dy repeated.
/// Error [sum] for an axis that does not exist or is named twice.
///
///     sum(x, 1)   sum(x, {0, 2})   sum(x, -1, {.keep_axes = true})
template <class T, class D>
[[nodiscard]] Tensor<T, D> sum(const Tensor<T, D>& x, const Axes& axes, const ReduceOptions& options = {}) {
  static_assert(!std::is_same_v<T, bool>,
                "a sum of bool is no bool: count_nonzero(mask), or cast<float>(mask) first");
  detail::require(x.defined(), "sum", "the input is undefined");
  const Shape kept = detail::reduced_shape("sum", x.shape(), axes);
  const Shape shape = options.keep_axes ? kept : detail::without_axes(x.shape(), axes);
  return differentiable(
      detail::sum_axes(x, kept).view(shape, 0), {x},
      [kept, from = x.shape()](const Tensor<T, D>& dy) {
        return std::vector{detail::repeat_to_shape(dy.view(kept, 0), from)};
      },
      "sum");
}

/// The sum of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> sum(const Tensor<T, D>& x) {
  return sum(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
