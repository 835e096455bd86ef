#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"

namespace EBB_NAMESPACE::detail {

/// y[o, k, i] = x[o, index[o, k, i], i], of the shape of the index, whose numbers have been checked.
/// Gradient: each dy is added where its value came from, in order.
template <class T, class D>
Tensor<T, D> take_along(std::string_view op, const Tensor<T, D>& x, const Tensor<std::int32_t, D>& index,
                        const AlongSizes& sizes) {
  auto y = Tensor<T, D>::uninitialized(index.shape());
  D::gather_along(x.data(), index.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [index, sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::scatter_add_along(dy.data(), index.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      op);
}

}  // namespace EBB_NAMESPACE::detail
