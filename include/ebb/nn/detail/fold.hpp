#pragma once

#include <cmath>
#include <vector>

#include "ebb/nn/batch_norm.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Weights (outputs, any) and bias (outputs) of a layer and of what follows it as one affine map; in double
/// until it is rounded.
template <class T>
class Affine {
 public:
  Affine(const Tensor<T>& weight, const Tensor<T>& bias)
      : weight_(weight.span().begin(), weight.span().end()),
        bias_(static_cast<std::size_t>(weight.shape(0))) {
    if (bias.defined()) bias_.assign(bias.span().begin(), bias.span().end());
  }

  [[nodiscard]] Index outputs() const { return static_cast<Index>(bias_.size()); }

  /// Batch normalization in evaluation mode: y = (x - mean) weight / sqrt(var + epsilon) + bias.
  void append(const BatchNorm<T>& norm) {
    const std::size_t row = weight_.size() / bias_.size();
    for (std::size_t o = 0; o < bias_.size(); ++o) {
      const auto value = [&](const Tensor<T>& t) { return static_cast<double>(t.span()[o]); };
      const double scale = value(norm.weight) / std::sqrt(value(norm.running_var) + norm.options.epsilon);
      for (std::size_t i = o * row; i < (o + 1) * row; ++i) weight_[i] *= scale;
      bias_[o] = (bias_[o] - value(norm.running_mean)) * scale + value(norm.bias);
    }
  }

  [[nodiscard]] std::vector<T> weight() const { return rounded(weight_); }
  [[nodiscard]] std::vector<T> bias() const { return rounded(bias_); }

 private:
  static std::vector<T> rounded(const std::vector<double>& exact) {
    std::vector<T> values(exact.size());
    for (std::size_t i = 0; i < exact.size(); ++i) values[i] = static_cast<T>(exact[i]);
    return values;
  }

  std::vector<double> weight_, bias_;
};

}  // namespace EBB_NAMESPACE::nn::detail
