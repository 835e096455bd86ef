#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/detail/adaptive_pool1d.hpp"

namespace EBB_NAMESPACE {

/// The largest values of `length` windows that cover the row: x (N, C, L) gives y (N, C, length), with the
/// windows of adaptive_avg_pool1d. NaN is the largest.
///
/// Gradient: dy goes to the value that won, the first of equals. Error [adaptive_max_pool1d] where the input
/// is no (N, C, L), or one of the lengths is 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> adaptive_max_pool1d(const Tensor<T, D>& x, Index length) {
  const AdaptivePool1DSizes sizes = detail::adaptive_pool1d_sizes("adaptive_max_pool1d", x.shape(), length);
  detail::require(sizes.length <= std::numeric_limits<std::int32_t>::max(), "adaptive_max_pool1d", "input ",
                  x.shape(), " is longer than a 32-bit position can tell");
  const Shape shape{x.shape(0), x.shape(1), length};
  auto y = Tensor<T, D>::uninitialized(shape);
  Tensor<std::int32_t, D> winners;
  if (x.needs_grad() && is_grad_enabled()) winners = Tensor<std::int32_t, D>::uninitialized(shape);
  D::adaptive_max_pool1d(x.data(), y.mutable_data(), winners.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [winners, sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::adaptive_max_pool1d_gradient(dy.data(), winners.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "adaptive_max_pool1d");
}

}  // namespace EBB_NAMESPACE
