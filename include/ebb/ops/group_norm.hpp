#pragma once

#include "ebb/ops/detail/group_norm.hpp"

namespace EBB_NAMESPACE {

/// Of group_norm and nn::GroupNorm.
struct GroupNormOptions {
  double epsilon = 1e-5;  ///< added to the variance
  bool affine = true;     ///< layer: whether it has a weight and a bias
};

/// Group normalization (Wu and He, 2018) of x (N, C) or (N, C, ...): the C / groups channels of a group are
/// standardised together, for each sample by itself. gamma and beta are (C), or undefined for ones and zeros:
///
///     y = gamma (x - mean) / sqrt(variance + epsilon) + beta
///
/// with the biased variance, as in PyTorch. groups = C is instance normalization. Sums are kept in double.
/// Gradients for all three. Error [group_norm] where groups do not divide the channels, or a shape does not
/// fit.
///
///     Tensor<float> y = group_norm(x, 8, gamma, beta);   // (N, 64, L) -> (N, 64, L)
template <class T, class D>
[[nodiscard]] Tensor<T, D> group_norm(const Tensor<T, D>& x, Index groups, const Tensor<T, D>& gamma = {},
                                      const Tensor<T, D>& beta = {}, const GroupNormOptions& options = {}) {
  detail::require(x.rank() >= 2, "group_norm", "input ", x.shape(), " must be (N, C, ...)");
  const Index channels = x.shape(1);
  detail::require(groups >= 1 && channels % groups == 0, "group_norm", "the ", channels,
                  " channels of input ", x.shape(), " cannot be divided into ", groups, " groups");
  for (const Tensor<T, D>& parameter : {gamma, beta})
    detail::require(!parameter.defined() || parameter.shape() == Shape{channels}, "group_norm", "input ",
                    x.shape(), " has ", channels, " channels, gamma ", gamma.shape(), " and beta ",
                    beta.shape(), " do not fit");
  const GroupNormSizes sizes{.batch = x.shape(0),
                             .groups = groups,
                             .channels = channels / groups,
                             .inner = x.shape().size_between(2, x.rank()),
                             .epsilon = options.epsilon};
  return detail::group_norm("group_norm", x, gamma, beta, sizes);
}

}  // namespace EBB_NAMESPACE
