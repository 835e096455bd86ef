#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "ebb/core/exp.hpp"
#include "ebb/ops/detail/binary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct FiniteOrZero {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return std::isfinite(static_cast<compute_t<T>>(v)) ? v : T(0);
  }
};

/// exp(a - b) for a <= b.
struct ExpOfDifference {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    using C = compute_t<T>;
    return static_cast<T>(exp_in_lanes(static_cast<C>(a) - static_cast<C>(b)));
  }
};

/// log(sum of exp(x - largest)) + largest, which is infinite where the largest is.
struct LogPlusLargest {
  template <class T>
  EBB_HOST_DEVICE T operator()(T sum, T largest) const {
    using C = compute_t<T>;
    if (std::isinf(static_cast<C>(largest))) return largest;
    return static_cast<T>(std::log(static_cast<C>(sum)) + static_cast<C>(largest));
  }
};

struct ZeroForMinusInfinity {
  template <class T>
  EBB_HOST_DEVICE T operator()(T v) const {
    return v == static_cast<T>(-std::numeric_limits<float>::infinity()) ? T(0) : v;
  }
};

}  // namespace detail

/// log(the sum of exp(x)) over the given axes, which disappear from the shape unless kept with extent 1.
/// Computed from x - max(x): large entries do not overflow. -inf for nothing and where all entries are -inf.
///
/// Gradient: dy softmax(x), 0 where all entries are -inf. Error [logsumexp] for an axis that does not exist
/// or is named twice.
template <class T, class D>
[[nodiscard]] Tensor<T, D> logsumexp(const Tensor<T, D>& x, const Axes& axes,
                                     const ReduceOptions& options = {}) {
  detail::require(x.defined(), "logsumexp", "the input is undefined");
  const Shape kept = detail::reduced_shape("logsumexp", x.shape(), axes);
  const Tensor<T, D> largest = detail::reduce_steps(
      x.detach(), kept, [](const auto& from, const Shape& shape, const ReduceSizes& sizes) {
        auto to = Tensor<T, D>::uninitialized(shape);
        D::reduce_max(from.data(), to.mutable_data(), sizes);
        return to;
      });
  const Tensor<T, D> shift = map(largest, detail::FiniteOrZero{});
  const Tensor<T, D> sums = detail::sum_axes(zip(x.detach(), shift, detail::ExpOfDifference{}), kept);
  const Tensor<T, D> y = zip(sums, largest, detail::LogPlusLargest{});
  return differentiable(
      y.view(options.keep_axes ? kept : detail::without_axes(x.shape(), axes), 0), {x},
      [x, y](const Tensor<T, D>& dy) {
        const Tensor<T, D> softmax =
            zip(x, map(y, detail::ZeroForMinusInfinity{}), detail::ExpOfDifference{});
        return std::vector{zip(softmax, dy.view(y.shape(), 0), detail::Times{})};
      },
      "logsumexp");
}

}  // namespace EBB_NAMESPACE
