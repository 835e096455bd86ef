#pragma once

#include <vector>

#include "ebb/ops/detail/moments.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// dy / (2 y), and 0 where all elements are equal.
struct HalfQuotient {
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T y) const {
    return y == T(0) ? T(0) : static_cast<T>(dy / (y + y));
  }
};

}  // namespace detail

/// The standard deviation over the given axes, which disappear from the shape unless kept with extent 1: the
/// root of `var`, with its options. PyTorch's `std`, a name that would hide the namespace in programs that
/// use both.
///
/// Gradient: dy (x - mean) / (y (n - correction)), 0 where y is 0. Error [stddev] for an axis that does not
/// exist or is named twice.
template <class T, class D>
[[nodiscard]] Tensor<T, D> stddev(const Tensor<T, D>& x, const Axes& axes, const VarOptions& options = {}) {
  const detail::Moments<T, D> moments = detail::moments("stddev", x, axes, options);
  return differentiable(
      moments.deviation.view(moments.result, 0), {x},
      [x, moments](const Tensor<T, D>& dy) {
        const Tensor<T, D>& y = moments.deviation;
        return std::vector{moments.gradient(x, zip(dy.view(y.shape(), 0), y, detail::HalfQuotient{}))};
      },
      "stddev");
}

/// The standard deviation of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> stddev(const Tensor<T, D>& x) {
  return stddev(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
