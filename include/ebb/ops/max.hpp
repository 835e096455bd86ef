#pragma once

#include <cstdint>
#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// dy at the largest of each (outer, ., inner), 0 elsewhere.
template <class T, class D>
Tensor<T, D> max_gradient(const Tensor<T, D>& x, const Tensor<T, D>& dy, const ReduceSizes& sizes) {
  const Shape reduced{sizes.outer, 1, sizes.inner};
  auto largest = Tensor<std::int32_t, D>::uninitialized(reduced);
  D::argmax(x.data(), largest.mutable_data(), sizes);
  const auto positions = arange<std::int32_t, D>(sizes.count).view({sizes.count, 1}, 0);
  return zip(zip(positions, largest, Equal<T>{}), dy.view(reduced, 0), Times{}).view(x.shape(), 0);
}

}  // namespace detail

/// The maximum over the given axes, which disappear from the shape unless kept with extent 1. A NaN counts
/// as the largest.  Gradient: dy to the first of the largest elements in row-major order, 0 to all others.
template <class T, class D>
[[nodiscard]] Tensor<T, D> max(const Tensor<T, D>& x, const Axes& axes, const ReduceOptions& options = {}) {
  detail::require(x.defined(), "max", "the input is undefined");
  const Shape kept = detail::reduced_shape("max", x.shape(), axes);
  detail::require(x.size() > 0 || kept.size() == 0, "max", x.shape(), " has no elements to choose from");
  const auto step = [](const Tensor<T, D>& from, const Shape& shape, const ReduceSizes& sizes) {
    auto y = Tensor<T, D>::uninitialized(shape);
    D::reduce_max(from.data(), y.mutable_data(), sizes);
    return differentiable(
        y, {from},
        [from, sizes](const Tensor<T, D>& dy) { return std::vector{detail::max_gradient(from, dy, sizes)}; },
        "max");
  };
  const Tensor<T, D> y = detail::reduce_steps(x, kept, step);
  return options.keep_axes ? y : y.reshape(detail::without_axes(x.shape(), axes));
}

/// The largest of all elements, of shape ().
template <class T, class D>
[[nodiscard]] Tensor<T, D> max(const Tensor<T, D>& x) {
  return max(x, Axes::all(x.rank()));
}

}  // namespace EBB_NAMESPACE
