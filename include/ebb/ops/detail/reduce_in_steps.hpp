#pragma once

#include <string_view>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/reduce.hpp"
#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE::detail {

/// What max, min and prod share: forward(x, y, sizes) for one run of neighbouring axes after the other, and
/// gradient(dy, x, dx, sizes) for each of these steps.
template <class T, class D, class Forward, class Gradient>
Tensor<T, D> reduce_in_steps(std::string_view op, const Tensor<T, D>& x, const Axes& axes,
                             const ReduceOptions& options, Forward forward, Gradient gradient) {
  const auto step = [=](const Tensor<T, D>& from, const Shape& shape, const ReduceSizes& sizes) {
    auto y = Tensor<T, D>::uninitialized(shape);
    forward(from.data(), y.mutable_data(), sizes);
    return differentiable(
        y, {from},
        [from, sizes, gradient](const Tensor<T, D>& dy) {
          auto dx = Tensor<T, D>::uninitialized(from.shape());
          gradient(dy.data(), from.data(), dx.mutable_data(), sizes);
          return std::vector{dx};
        },
        op);
  };
  const Tensor<T, D> y = reduce_steps(x, reduced_shape(op, x.shape(), axes), step);
  return options.keep_axes ? y : y.reshape(without_axes(x.shape(), axes));
}

/// Throws, in the name of `op`, where a result would be the largest or smallest of nothing.
template <class T, class D>
void require_elements(std::string_view op, const Tensor<T, D>& x, const Axes& axes) {
  require(x.defined(), op, "the input is undefined");
  require(x.size() > 0 || reduced_shape(op, x.shape(), axes).size() == 0, op, x.shape(),
          " has no elements to choose from");
}

}  // namespace EBB_NAMESPACE::detail
