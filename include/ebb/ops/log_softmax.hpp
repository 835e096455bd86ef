#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/softmax.hpp"

namespace EBB_NAMESPACE {

/// log_softmax(x) = x - log(the sum of exp(x) along `axis`), any shape with that axis. Computed from
/// x - max(x): finite where softmax rounds to 0; -inf stays -inf; NaN where all entries are -inf or one is
/// inf.
///
/// Gradient: dx = dy - exp(y) (the sum of dy along the axis). Error [log_softmax] where there is no such
/// axis.
template <class T, class D>
[[nodiscard]] Tensor<T, D> log_softmax(const Tensor<T, D>& x, Index axis = -1) {
  const ReduceSizes sizes = detail::softmax_sizes("log_softmax", axis, x.shape());
  auto y = Tensor<T, D>::uninitialized(x.shape());
  D::log_softmax(x.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [y, sizes](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(y.shape());
        D::log_softmax_gradient(dy.data(), y.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "log_softmax");
}

}  // namespace EBB_NAMESPACE
