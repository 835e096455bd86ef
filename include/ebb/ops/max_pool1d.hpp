#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/pool1d.hpp"

namespace EBB_NAMESPACE {

/// The largest value of each window: x (N, C, L) gives y (N, C, M), M = (L + 2 padding - kernel) / stride
/// + 1. What a last, incomplete window would see is left out; padding never wins; NaN is the largest.
///
/// Gradient: dy goes to the value that won, the first of equals. For it, the positions of the winners are
/// kept as 32-bit integers. Error [max_pool1d] where the input is no (N, C, L) or the window does not fit.
///
///     Tensor<float> y = max_pool1d(x, {.kernel = 3, .stride = 2});
template <class T, class D>
[[nodiscard]] Tensor<T, D> max_pool1d(const Tensor<T, D>& x, const Pool1DOptions& options = {}) {
  const Pool1DSizes sizes = detail::pool1d_sizes("max_pool1d", x.shape(), options);
  detail::require(sizes.length <= std::numeric_limits<std::int32_t>::max(), "max_pool1d", "input ", x.shape(),
                  " is longer than a 32-bit position can tell");
  const Shape shape{x.shape(0), x.shape(1), sizes.out_length()};
  auto y = Tensor<T, D>::uninitialized(shape);
  Tensor<std::int32_t, D> winners;
  if (x.needs_grad() && is_grad_enabled()) winners = Tensor<std::int32_t, D>::uninitialized(shape);
  D::max_pool1d(x.data(), y.mutable_data(), winners.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [winners, sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::max_pool1d_gradient(dy.data(), winners.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "max_pool1d");
}

}  // namespace EBB_NAMESPACE
