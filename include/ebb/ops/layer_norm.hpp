#pragma once

#include "ebb/ops/detail/group_norm.hpp"

namespace EBB_NAMESPACE {

/// Of layer_norm and nn::LayerNorm.
struct LayerNormOptions {
  double epsilon = 1e-5;  ///< added to the variance
  bool affine = true;     ///< layer: whether it has a weight and a bias
};

/// Layer normalization (Ba et al., 2016): every part of x of the shape `normalized`, its trailing axes, is
/// standardised by itself. gamma and beta have that shape, or are undefined for ones and zeros:
///
///     y = gamma (x - mean) / sqrt(variance + epsilon) + beta
///
/// with the biased variance, as in PyTorch. Sums are kept in double. Gradients for all three.
/// Error [layer_norm] where x does not end in that shape, or gamma or beta has another one.
///
///     Tensor<float> y = layer_norm(x, {64}, gamma, beta);   // (N, L, 64) -> (N, L, 64)
template <class T, class D>
[[nodiscard]] Tensor<T, D> layer_norm(const Tensor<T, D>& x, const Shape& normalized,
                                      const Tensor<T, D>& gamma = {}, const Tensor<T, D>& beta = {},
                                      const LayerNormOptions& options = {}) {
  bool fits = x.defined() && normalized.rank() >= 1 && x.rank() >= normalized.rank();
  for (Index back = 1; fits && back <= normalized.rank(); ++back)
    fits = x.shape(-back) == normalized[normalized.rank() - back];
  detail::require(fits, "layer_norm", "input ", x.shape(), " does not end in ", normalized);
  for (const Tensor<T, D>& parameter : {gamma, beta})
    detail::require(!parameter.defined() || parameter.shape() == normalized, "layer_norm", "gamma ",
                    gamma.shape(), " and beta ", beta.shape(), " must have the shape ", normalized,
                    " that is normalised");
  const GroupNormSizes sizes{.batch = x.shape().size_between(0, x.rank() - normalized.rank()),
                             .channels = normalized.size(),
                             .epsilon = options.epsilon};
  return detail::group_norm("layer_norm", x, gamma, beta, sizes);
}

}  // namespace EBB_NAMESPACE
