#pragma once

#include <limits>
#include <type_traits>
#include <vector>

#include "ebb/ops/abs.hpp"
#include "ebb/ops/detail/moments.hpp"
#include "ebb/ops/max.hpp"
#include "ebb/ops/sum.hpp"

namespace EBB_NAMESPACE {

struct NormOptions {
  double order = 2;  ///< 1, 2, or infinity: the sum, the root of the sum of squares, or the maximum of |x|
  bool keep_axes = false;  ///< reduced axes stay, with extent 1
};

namespace detail {

/// dy / y, and 0 where all elements are 0.
struct QuotientOrZero {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T y) const {
    return y == T(0) ? T(0) : static_cast<T>(dy / y);
  }
};

template <class T, class D>
Tensor<T, D> euclidean_norm(const Tensor<T, D>& x, const Shape& kept, const Shape& result) {
  const Tensor<T, D> y = norm_axes(x, kept);
  return differentiable(
      y.view(result, 0), {x},
      [x, y](const Tensor<T, D>& dy) {
        return std::vector{zip(x, zip(dy.view(y.shape(), 0), y, QuotientOrZero{}), Times{})};
      },
      "norm");
}

}  // namespace detail

/// The norm of the vectors along the given axes, which disappear from the shape unless kept with extent 1.
///
/// Gradient: dy sign(x) for order 1; dy x / y for order 2, 0 where y is 0; for infinity dy sign(x) at the
/// first of the largest. Error [norm] for another order, an axis that does not exist or is named twice, or
/// for infinity nothing to choose from.
///
///     norm(w)   norm(x, -1, {.order = 1})   x / norm(x, 1, {.keep_axes = true})
template <class T, class D>
[[nodiscard]] Tensor<T, D> norm(const Tensor<T, D>& x, const Axes& axes, const NormOptions& options = {}) {
  static_assert(!std::is_integral_v<T>, "the norm of integers is no integer: cast<float>(x) first");
  detail::require(x.defined(), "norm", "the input is undefined");
  const Shape kept = detail::reduced_shape("norm", x.shape(), axes);
  if (options.order == 2)
    return detail::euclidean_norm(x, kept, options.keep_axes ? kept : detail::without_axes(x.shape(), axes));
  if (options.order == 1) return sum(abs(x), axes, {.keep_axes = options.keep_axes});
  detail::require(options.order == std::numeric_limits<double>::infinity(), "norm", "order ", options.order,
                  " is none of 1, 2 and infinity");
  detail::require_elements("norm", x, axes);
  return max(abs(x), axes, {.keep_axes = options.keep_axes});
}

/// The Euclidean norm of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> norm(const Tensor<T, D>& x) {
  return norm(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
