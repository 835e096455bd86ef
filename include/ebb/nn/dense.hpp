#pragma once

#include <string>

#include "ebb/nn/init.hpp"
#include "ebb/nn/module.hpp"
#include "ebb/ops/dense.hpp"

namespace EBB_NAMESPACE::nn {

struct DenseOptions {
  bool bias = true;
  Init init = init::glorot_uniform();  ///< of the weight; the bias starts at zero
};

/// The fully connected layer, y = x weight^T + bias: (N, in) -> (N, out).
/// State: weight (out, in), bias (out). Error [dense] for a size below 1, or an input that is not (N, in).
///
///     nn::Dense<float> layer(784, 100);
template <class T, class D = Cpu>
class Dense : public Module<T, D> {
 public:
  [[gnu::cold]] Dense(Index in, Index out, const DenseOptions& options = {}) {
    ebb::detail::require(in >= 1 && out >= 1, "dense", "a layer from ", in, " to ", out,
                         " features: expected at least 1 each");
    weight = options.init.make<T, D>({out, in}).requires_grad();
    if (options.bias) bias = zeros<T, D>({out}).requires_grad();
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return dense(x, weight, bias); }
  [[nodiscard]] Members<T, D> members() override { return {{"weight", weight}, {"bias", bias}}; }

  [[nodiscard]] std::string describe() const override {
    return "Dense(" + std::to_string(weight.shape(1)) + ", " + std::to_string(weight.shape(0)) +
           (bias.defined() ? ")" : ", no bias)");
  }

  Tensor<T, D> weight, bias;
};

}  // namespace EBB_NAMESPACE::nn
