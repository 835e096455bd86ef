#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"

namespace EBB_NAMESPACE {

/// The sums from the beginning of an axis up to each element, of the shape of x; floats are summed in double.
/// Gradient: the sums of dy from each element to the end. Error [cumsum] for an axis that does not exist.
///
///     cumsum(tensor<float>({1, 2, 3}), 0)   // 1 3 6
template <class T, class D>
[[nodiscard]] Tensor<T, D> cumsum(const Tensor<T, D>& x, Index axis) {
  detail::require(x.defined(), "cumsum", "the input is undefined");
  const Index along = detail::normalize_axis("cumsum", axis, x.shape());
  const ReduceSizes sizes{x.shape().size_between(0, along), x.shape()[along],
                          x.shape().size_between(along + 1, x.rank())};
  auto y = Tensor<T, D>::uninitialized(x.shape());
  D::cumsum(x.data(), y.mutable_data(), sizes, false);
  return differentiable(
      y, {x},
      [sizes](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(dy.shape());
        D::cumsum(dy.data(), dx.mutable_data(), sizes, true);
        return std::vector{dx};
      },
      "cumsum");
}

}  // namespace EBB_NAMESPACE
