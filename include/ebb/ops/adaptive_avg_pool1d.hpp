#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/detail/adaptive_pool1d.hpp"

namespace EBB_NAMESPACE {

/// The means of `length` windows that cover the row: x (N, C, L) gives y (N, C, length). Window i holds the
/// samples from floor(i L / length) to ceil((i + 1) L / length), as in PyTorch, so windows overlap where
/// length does not divide L, and repeat samples where it is larger.
///
/// Gradient: each value gets its share of dy from every window that saw it. Error [adaptive_avg_pool1d] where
/// the input is no (N, C, L), or one of the lengths is 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> adaptive_avg_pool1d(const Tensor<T, D>& x, Index length) {
  const AdaptivePool1DSizes sizes = detail::adaptive_pool1d_sizes("adaptive_avg_pool1d", x.shape(), length);
  auto y = Tensor<T, D>::uninitialized({x.shape(0), x.shape(1), length});
  D::adaptive_avg_pool1d(x.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::adaptive_avg_pool1d_gradient(dy.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "adaptive_avg_pool1d");
}

}  // namespace EBB_NAMESPACE
