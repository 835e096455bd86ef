#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/core/factory.hpp"

/// What layer_norm and group_norm share: both normalise neighbours in memory.

namespace EBB_NAMESPACE::detail {

/// The checked operation. An undefined gamma is all ones, an undefined beta all zeros.
template <class T, class D>
Tensor<T, D> group_norm(std::string_view op, const Tensor<T, D>& x, const Tensor<T, D>& gamma,
                        const Tensor<T, D>& beta, const GroupNormSizes& sizes) {
  require(sizes.epsilon >= 0, op, "epsilon ", sizes.epsilon, " must be at least 0");
  const Shape width{sizes.groups * sizes.channels}, statistics{sizes.batch * sizes.groups};
  const Tensor<T, D> slope = gamma.defined() ? gamma : ones<T, D>(width);
  const Tensor<T, D> constant = beta.defined() ? beta : zeros<T, D>(width);
  auto y = Tensor<T, D>::uninitialized(x.shape());
  auto mean = Tensor<double, D>::uninitialized(statistics);
  auto inverse_std = Tensor<double, D>::uninitialized(statistics);
  D::group_norm(x.data(), slope.data(), constant.data(), y.mutable_data(), mean.mutable_data(),
                inverse_std.mutable_data(), sizes);
  return differentiable(
      y, {x, gamma, beta},
      [=](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> d(3);
        if (needs[0]) d[0] = Tensor<T, D>::uninitialized(x.shape());
        if (needs[1] || needs[2]) {
          d[1] = Tensor<T, D>::uninitialized(slope.shape());
          d[2] = Tensor<T, D>::uninitialized(slope.shape());
        }
        D::group_norm_gradient(dy.data(), x.data(), mean.data(), inverse_std.data(), slope.data(),
                               d[0].mutable_data(), d[1].mutable_data(), d[2].mutable_data(), sizes);
        return d;
      },
      op);
}

}  // namespace EBB_NAMESPACE::detail
