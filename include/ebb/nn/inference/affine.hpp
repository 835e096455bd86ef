#pragma once

#include <vector>

#include "ebb/core/tensor.hpp"
#include "ebb/nn/inference/part.hpp"

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

  /// What scales the outputs, one by one; whether it fits them.
  bool append(const Scale& s) {
    if (s.scale.size() != bias_.size()) return false;
    const std::size_t row = weight_.size() / bias_.size();
    for (std::size_t o = 0; o < bias_.size(); ++o) {
      for (std::size_t i = o * row; i < (o + 1) * row; ++i) weight_[i] *= s.scale[o];
      bias_[o] = bias_[o] * s.scale[o] + s.shift[o];
    }
    return true;
  }

  /// The outputs of another map behind those of this one.
  void stack(const Affine& other) {
    weight_.insert(weight_.end(), other.weight_.begin(), other.weight_.end());
    bias_.insert(bias_.end(), other.bias_.begin(), other.bias_.end());
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
