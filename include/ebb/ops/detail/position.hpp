#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "ebb/backend/backend.hpp"
#include "ebb/core/axes.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE::detail {

/// What argmax and argmin share: kernel(x, y, sizes) along a checked axis.
template <class T, class D, class Kernel>
Tensor<std::int32_t, D> position_along(std::string_view op, const Tensor<T, D>& x, Index axis,
                                       Kernel kernel) {
  require(x.defined(), op, "the input is undefined");
  const Index along = normalize_axis(op, axis, x.shape());
  const ReduceSizes sizes{x.shape().size_between(0, along), x.shape()[along],
                          x.shape().size_between(along + 1, x.rank())};
  const Shape shape = without_axes(x.shape(), along);
  require(sizes.count > 0 || shape.size() == 0, op, "axis ", axis, " of ", x.shape(), " is empty");
  require(sizes.count <= std::numeric_limits<std::int32_t>::max(), op, "axis ", axis, " of ", x.shape(),
          " is too long for 32-bit positions");
  auto y = Tensor<std::int32_t, D>::uninitialized(shape);
  kernel(x.data(), y.mutable_data(), sizes);
  return y;
}

}  // namespace EBB_NAMESPACE::detail
