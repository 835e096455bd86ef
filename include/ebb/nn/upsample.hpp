#pragma once

#include <string>

#include "ebb/nn/module.hpp"
#include "ebb/ops/upsample1d.hpp"

namespace EBB_NAMESPACE::nn {

/// `factor` times as many samples: (N, C, L) -> (N, C, factor L), see ops/upsample1d.hpp; error [upsample1d]
/// as there, when it is called.
///
///     nn::Upsample1D<float> layer(2, {.mode = UpsampleMode::linear});
template <class T, class D = Cpu>
class Upsample1D : public Module<T, D> {
 public:
  explicit Upsample1D(Index f, const Upsample1DOptions& o = {}) : factor(f), options(o) {
    ebb::detail::require(f >= 1, "upsample1d", "the factor ", f, " must be at least 1");
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return upsample1d(x, x.rank() == 3 ? factor * x.shape(2) : 1, options);
  }
  [[nodiscard]] std::string describe() const override {
    return "Upsample1D(" + std::to_string(factor) +
           (options.mode == UpsampleMode::linear ? ", linear)" : ", nearest)");
  }

  Index factor;
  Upsample1DOptions options;
};

}  // namespace EBB_NAMESPACE::nn
