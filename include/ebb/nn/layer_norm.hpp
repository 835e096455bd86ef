#pragma once

#include <string>

#include "ebb/nn/module.hpp"
#include "ebb/ops/layer_norm.hpp"

namespace EBB_NAMESPACE::nn {

/// Layer normalization of the trailing axes `normalized`, see ops/layer_norm.hpp; error [layer_norm] as
/// there, when it is called. Defaults are PyTorch's.
/// State: weight and bias, of the normalised shape.
///
///     nn::LayerNorm<float> layer({64});   // (N, L, 64) -> (N, L, 64)
template <class T, class D = Cpu>
class LayerNorm : public Module<T, D> {
 public:
  explicit LayerNorm(const Shape& shape, const LayerNormOptions& o = {}) : normalized(shape), options(o) {
    if (!o.affine) return;
    weight = ones<T, D>(shape).requires_grad();
    bias = zeros<T, D>(shape).requires_grad();
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return layer_norm(x, normalized, weight, bias, options);
  }
  [[nodiscard]] Members<T, D> members() override { return {{"weight", weight}, {"bias", bias}}; }
  [[nodiscard]] std::string describe() const override {
    return ebb::detail::text("LayerNorm(", normalized, ")");
  }

  Shape normalized;
  LayerNormOptions options;
  Tensor<T, D> weight, bias;
};

}  // namespace EBB_NAMESPACE::nn
