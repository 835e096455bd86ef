#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/ops/matmul.hpp"

namespace EBB_NAMESPACE {

/// y = x weight^T + bias, the fully connected layer: x (N, in), weight (out, in), bias (out) or undefined for
/// none; y (N, out).
///
/// Gradients: dx = dy weight, dweight = dy^T x, dbias = the sum of dy over N.
/// Error [dense] where the shapes do not fit.
template <class T, class D>
[[nodiscard]] Tensor<T, D> dense(const Tensor<T, D>& x, const Tensor<T, D>& weight,
                                 const Tensor<T, D>& bias = {}) {
  detail::require(x.rank() == 2 && weight.rank() == 2, "dense", "input ", x.shape(), " and weight ",
                  weight.shape(), " must be (N, in) and (out, in)");
  const Index n = x.shape(0), in = x.shape(1), out = weight.shape(0);
  detail::require(weight.shape(1) == in, "dense", "input ", x.shape(), " has ", in, " features, the weight ",
                  weight.shape(), " expects ", weight.shape(1));
  detail::require(!bias.defined() || bias.shape() == Shape{out}, "dense", "bias ", bias.shape(),
                  " does not fit the weight ", weight.shape(), ": expected (", out, ",)");
  auto y = Tensor<T, D>::uninitialized({n, out});
  D::matmul(x.data(), weight.data(), bias.defined() ? bias.data() : nullptr, y.mutable_data(),
            MatmulSizes{.m = n, .n = out, .k = in, .transpose_b = true});
  return differentiable(
      y, {x, weight, bias},
      [x, weight](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> gradients(3);
        if (needs[0]) gradients[0] = detail::matmul_values(dy, weight, {});
        if (needs[1]) gradients[1] = detail::matmul_values(dy, x, detail::Transposed{.a = true});
        if (needs[2]) {
          gradients[2] = Tensor<T, D>::uninitialized({dy.shape(1)});
          D::reduce_sum(dy.data(), gradients[2].mutable_data(),
                        ReduceSizes{.outer = 1, .count = dy.shape(0), .inner = dy.shape(1)});
        }
        return gradients;
      },
      "dense");
}

}  // namespace EBB_NAMESPACE
