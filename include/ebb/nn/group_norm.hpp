#pragma once

#include <string>

#include "ebb/nn/module.hpp"
#include "ebb/ops/group_norm.hpp"

namespace EBB_NAMESPACE::nn {

/// Group normalization of (N, channels, ...), see ops/group_norm.hpp; error [group_norm] for groups that do
/// not divide the channels, and as there when it is called. Defaults are PyTorch's.
/// State: weight and bias (channels).
///
///     nn::GroupNorm<float> layer(8, 64);   // groups, channels
template <class T, class D = Cpu>
class GroupNorm : public Module<T, D> {
 public:
  GroupNorm(Index g, Index c, const GroupNormOptions& o = {}) : groups(g), channels(c), options(o) {
    ebb::detail::require(g >= 1 && c >= 1 && c % g == 0, "group_norm", c, " channels cannot be divided into ",
                         g, " groups");
    if (!o.affine) return;
    weight = ones<T, D>({c}).requires_grad();
    bias = zeros<T, D>({c}).requires_grad();
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return group_norm(x, groups, weight, bias, options);
  }
  [[nodiscard]] Members<T, D> members() override { return {{"weight", weight}, {"bias", bias}}; }
  [[nodiscard]] std::string describe() const override {
    return "GroupNorm(" + std::to_string(groups) + ", " + std::to_string(channels) + ")";
  }

  Index groups, channels;
  GroupNormOptions options;
  Tensor<T, D> weight, bias;
};

}  // namespace EBB_NAMESPACE::nn
