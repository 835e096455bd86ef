#pragma once

#include <string>

#include "ebb/nn/module.hpp"
#include "ebb/ops/dropout.hpp"

namespace EBB_NAMESPACE::nn {

/// In training each element becomes 0 with the given probability and the others grow so that the mean stays;
/// in evaluation nothing happens (Srivastava et al., 2014). Any shape. Error [dropout] for a probability
/// outside of [0, 1]; 1 leaves zeros.
///
///     nn::Dropout<float> layer(0.05);
template <class T, class D = Cpu>
class Dropout : public Module<T, D> {
 public:
  explicit Dropout(double p) : probability(p) {
    ebb::detail::require(p >= 0 && p <= 1, "dropout", "the probability ", p, " must be in [0, 1]");
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return dropout(x, probability, this->is_training());
  }

  [[nodiscard]] std::string describe() const override {
    return "Dropout(" + ebb::detail::text(probability) + ")";
  }

  double probability;
};

}  // namespace EBB_NAMESPACE::nn
