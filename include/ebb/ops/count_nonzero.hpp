#pragma once

#include <cstdint>

#include "ebb/ops/detail/reduce.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct IsNonzero {
  template <class T>
  EBB_HOST_DEVICE std::int64_t operator()(T v) const {
    return v != T(0) ? 1 : 0;
  }
};

}  // namespace detail

/// How many elements are not 0 over the given axes, which disappear from the shape unless kept with extent 1:
/// of a mask, how many are true. No gradient. Error [count_nonzero] for an axis that does not exist or is
/// named twice.
template <class T, class D>
[[nodiscard]] Tensor<std::int64_t, D> count_nonzero(const Tensor<T, D>& x, const Axes& axes,
                                                    const ReduceOptions& options = {}) {
  const Tensor<std::int64_t, D> ones = detail::map_for("count_nonzero", x, detail::IsNonzero{});
  const Shape kept = detail::reduced_shape("count_nonzero", x.shape(), axes);
  const Tensor<std::int64_t, D> counts = detail::sum_axes(ones, kept);
  return counts.view(options.keep_axes ? kept : detail::without_axes(x.shape(), axes), 0);
}

/// How many of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<std::int64_t, D> count_nonzero(const Tensor<T, D>& x) {
  return count_nonzero(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
