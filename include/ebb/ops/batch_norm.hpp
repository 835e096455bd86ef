#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"

namespace EBB_NAMESPACE {

/// Of batch_norm and nn::BatchNorm. The layer takes momentum and epsilon, and sets the rest itself by its
/// mode.
///
/// Defaults are those of Keras. For PyTorch's: {.momentum = 0.9, .epsilon = 1e-5}. PyTorch's momentum is the
/// share of the new value, 1 - this one.
struct BatchNormOptions {
  bool training = false;   ///< normalise with the batch's statistics and move the running ones
  double momentum = 0.99;  ///< the share of its old value that a running statistic keeps in this step (Keras)
  double epsilon = 1e-3;   ///< added to the variance (Keras; PyTorch has 1e-5)
  bool relu = false;       ///< the result is max(0, y): a ReLU behind it without a pass of its own

  [[nodiscard]] static BatchNormOptions keras() { return {}; }
  [[nodiscard]] static BatchNormOptions pytorch() { return {.momentum = 0.9, .epsilon = 1e-5}; }
};

namespace detail {

template <class T, class D>
BatchNormSizes batch_norm_sizes(const Tensor<T, D>& x, const std::vector<Tensor<T, D>>& per_channel,
                                const BatchNormOptions& o) {
  require(x.rank() == 2 || x.rank() == 3, "batch_norm", "input ", x.shape(), " must be (N, C) or (N, C, L)");
  const char* const names[] = {"gamma", "beta", "running mean", "running variance"};
  for (std::size_t i = 0; i < per_channel.size(); ++i) {
    require(per_channel[i].shape() == Shape{x.shape(1)}, "batch_norm", "input ", x.shape(), " has ",
            x.shape(1), " channels, ", names[i], " has shape ", per_channel[i].shape());
  }
  require(o.momentum >= 0 && o.momentum <= 1 && o.epsilon >= 0, "batch_norm", "momentum ", o.momentum,
          " must be in [0, 1], epsilon ", o.epsilon, " at least 0");
  const BatchNormSizes sizes{.batch = x.size() > 0 ? x.shape(0) : 0,  // no walk over 2^59 rows of nothing
                             .channels = x.shape(1),
                             .length = x.rank() == 3 ? x.shape(2) : 1,
                             .epsilon = o.epsilon,
                             .momentum = o.momentum,
                             .relu = o.relu};
  require(!o.training || sizes.batch * sizes.length >= 2, "batch_norm", "input ", x.shape(), " has ",
          sizes.batch * sizes.length, " values per channel: training needs at least 2 to take a variance of");
  return sizes;
}

/// Statistics of the batch (training) or constants.
template <bool training, class T, class S, class D>
std::vector<Tensor<T, D>> batch_norm_gradients(const Tensor<T, D>& dy, const std::vector<bool>& needs,
                                               const Tensor<T, D>& x, const Tensor<S, D>& mean,
                                               const Tensor<S, D>& variance, const Tensor<T, D>& gamma,
                                               const Tensor<T, D>& beta, const BatchNormSizes& sizes) {
  std::vector<Tensor<T, D>> d(3);
  if (needs[0]) d[0] = Tensor<T, D>::uninitialized(x.shape());
  if (needs[1] || needs[2]) {
    d[1] = Tensor<T, D>::uninitialized(gamma.shape());
    d[2] = Tensor<T, D>::uninitialized(gamma.shape());
  }
  const auto run = [&](auto kernel) {
    kernel(dy.data(), x.data(), mean.data(), variance.data(), gamma.data(), beta.data(), d[0].mutable_data(),
           d[1].mutable_data(), d[2].mutable_data(), sizes);
  };
  if constexpr (training) {
    run(D::template batch_norm_train_gradient<T>);
  } else {
    run(D::template batch_norm_eval_gradient<T>);
  }
  return d;
}

}  // namespace detail

/// Batch normalization (Ioffe and Szegedy, 2015) of x (N, C) or (N, C, L) per channel; gamma, beta and the
/// running statistics are (C):
///
///     y = gamma (x - mean) / sqrt(variance + epsilon) + beta
///
/// Training: mean and biased variance of the batch; the running statistics are changed in place, running =
/// momentum running + (1 - momentum) batch, where the running variance takes in the unbiased variance, as in
/// PyTorch. Evaluation: the running statistics, which are constants.
/// The statistics are summed up in T for a few hundred values at a time, these sums in double, and hold for
/// inputs whose mean is large against their spread.
///
/// Gradients for x, gamma and beta in both modes; in training also through the batch's statistics.
/// Error [batch_norm] where the shapes do not fit, or in training with fewer than two values per channel.
template <class T, class D>
[[nodiscard]] Tensor<T, D> batch_norm(const Tensor<T, D>& x, const Tensor<T, D>& gamma,
                                      const Tensor<T, D>& beta, Tensor<T, D> running_mean,
                                      Tensor<T, D> running_variance, const BatchNormOptions& options = {}) {
  const BatchNormSizes sizes =
      detail::batch_norm_sizes(x, {gamma, beta, running_mean, running_variance}, options);
  auto y = Tensor<T, D>::uninitialized(x.shape());
  if (!options.training) {
    D::batch_norm_eval(x.data(), running_mean.data(), running_variance.data(), gamma.data(), beta.data(),
                       y.mutable_data(), sizes);
    return differentiable(
        y, {x, gamma, beta},
        [=](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
          return detail::batch_norm_gradients<false>(dy, needs, x, running_mean, running_variance, gamma,
                                                     beta, sizes);
        },
        "batch_norm");
  }
  auto mean = Tensor<double, D>::uninitialized(gamma.shape());
  auto variance = Tensor<double, D>::uninitialized(gamma.shape());
  D::batch_norm_train(x.data(), gamma.data(), beta.data(), y.mutable_data(), mean.mutable_data(),
                      variance.mutable_data(), running_mean.mutable_data(), running_variance.mutable_data(),
                      sizes);
  return differentiable(
      y, {x, gamma, beta},
      [=](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        return detail::batch_norm_gradients<true>(dy, needs, x, mean, variance, gamma, beta, sizes);
      },
      "batch_norm");
}

}  // namespace EBB_NAMESPACE
