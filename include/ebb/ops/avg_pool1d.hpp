#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/pool1d.hpp"

namespace EBB_NAMESPACE {

/// The mean of each window: x (N, C, L) gives y (N, C, M), M = (L + 2 padding - kernel) / stride + 1.
/// What a last, incomplete window would see is left out. Padding counts as zeros: the sum is always divided
/// by the whole kernel (PyTorch's count_include_pad).
///
/// Gradient: each value gets dy / kernel from every window that saw it. Error [avg_pool1d] where the input is
/// no (N, C, L) or the window does not fit.
template <class T, class D>
[[nodiscard]] Tensor<T, D> avg_pool1d(const Tensor<T, D>& x, const Pool1DOptions& options = {}) {
  const Pool1DSizes sizes = detail::pool1d_sizes("avg_pool1d", x.shape(), options);
  auto y = Tensor<T, D>::uninitialized({x.shape(0), x.shape(1), sizes.out_length()});
  D::avg_pool1d(x.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::avg_pool1d_gradient(dy.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "avg_pool1d");
}

}  // namespace EBB_NAMESPACE
