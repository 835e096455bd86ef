#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "ebb/nn/module.hpp"
#include "ebb/ops/batch_norm.hpp"

namespace EBB_NAMESPACE::nn {

using ebb::BatchNormOptions;

/// For weights from PyTorch, and results as there: nn::BatchNorm<float>(C, BatchNormOptions::pytorch()). The
/// names of the state are PyTorch's, the defaults Keras's (momentum 0.99, epsilon 1e-3): with them a state
/// from PyTorch loads without an error and gives other numbers. momentum is the share of its old value that a
/// running statistic keeps, 1 - PyTorch's.
///
/// Batch normalization per channel of (N, C) or (N, C, L), see ops/batch_norm.hpp; error [batch_norm] as
/// there, when it is called.
///
/// The running statistics are corrected for their start: step t keeps min(momentum, (t - 1) / t) of the old
/// value, so they begin as the plain average over the batches seen and not as a mixture with 0 and 1.
///
/// State, with PyTorch's names: weight, bias, running_mean, running_var (C) and num_batches_tracked, the
/// number of training steps so far. A training step changes the last three.
template <class T, class D = Cpu>
class BatchNorm : public Module<T, D> {
 public:
  [[gnu::cold]] explicit BatchNorm(Index channels, const BatchNormOptions& o = {})
      : options(o),
        weight(ones<T, D>({channels}).requires_grad()),
        bias(zeros<T, D>({channels}).requires_grad()),
        running_mean({channels}),
        running_var(ones<T, D>({channels})),
        num_batches_tracked(Shape{}) {}

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return apply(x, false); }
  [[nodiscard]] Tensor<T, D> forward_relu(const Tensor<T, D>& x) const override {
    return detail::exactly<const BatchNorm>(*this) ? apply(x, true) : Module<T, D>::forward_relu(x);
  }

  [[nodiscard]] Members<T, D> members() override {
    return {{"weight", weight},
            {"bias", bias},
            {"running_mean", running_mean},
            {"running_var", running_var},
            {"num_batches_tracked", num_batches_tracked}};
  }

  [[nodiscard]] std::string describe() const override {
    return "BatchNorm(" + std::to_string(weight.size()) + ")";
  }

  BatchNormOptions options;
  Tensor<T, D> weight, bias, running_mean, running_var;
  Tensor<std::int64_t> num_batches_tracked;

 private:
  [[nodiscard]] Tensor<T, D> apply(const Tensor<T, D>& x, bool with_relu) const {
    BatchNormOptions o{.training = this->is_training(), .epsilon = options.epsilon, .relu = with_relu};
    if (!o.training) return batch_norm(x, weight, bias, running_mean, running_var, o);
    const auto step = static_cast<double>(num_batches_tracked.item() + 1);
    o.momentum = std::min(options.momentum, (step - 1) / step);
    const Tensor<T, D> y = batch_norm(x, weight, bias, running_mean, running_var, o);
    Tensor<std::int64_t> counter = num_batches_tracked;
    counter.fill(counter.item() + 1);
    return y;
  }
};

}  // namespace EBB_NAMESPACE::nn
