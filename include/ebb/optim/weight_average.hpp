#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ebb/autograd/no_grad.hpp"
#include "ebb/backend/cpu.hpp"
#include "ebb/core/state.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/clone.hpp"
#include "ebb/ops/multiply.hpp"

namespace EBB_NAMESPACE::optim {

struct WeightAverageOptions {
  double decay = 0.999;  ///< what an update leaves of the average
};

/// An exponential average of parameters, which often generalises better than the parameters themselves
/// (Polyak and Juditsky, 1992; PyTorch's AveragedModel with get_ema_multi_avg_fn): the first update takes the
/// parameters as they are, each later one makes average = decay average + (1 - decay) parameter.
///
///     optim::WeightAverage<float> average(model.parameters(), {.decay = 0.999});
///     adam.step();
///     average.update();
///     ...
///     average.swap();  // the model has the averages, to be evaluated or saved
///     average.swap();  // and its own weights again
///
/// Error [weight_average] for a decay outside of [0, 1).
template <class T, class D = Cpu>
class WeightAverage {
 public:
  explicit WeightAverage(std::vector<Tensor<T, D>> parameters, const WeightAverageOptions& o = {})
      : parameters_(std::move(parameters)), decay_(o.decay), updates_({1}) {
    detail::require(o.decay >= 0 && o.decay < 1, "weight_average", "the decay ", o.decay,
                    " must be in [0, 1)");
    for (const Tensor<T, D>& parameter : parameters_) averages_.push_back(parameter.detach().clone());
  }

  /// Takes in the parameters as they are now.
  void update() {
    const NoGrad guard;
    const bool first = (updates_(0) += 1) == 1;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Tensor<T, D> parameter = parameters_[i].detach();
      if (first) {
        averages_[i].assign(parameter);
      } else {
        averages_[i] *= static_cast<T>(decay_);
        averages_[i] += static_cast<T>(1 - decay_) * parameter;
      }
    }
  }

  /// Exchanges the parameters and their averages.
  void swap() {
    const NoGrad guard;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Tensor<T, D> kept = parameters_[i].detach().clone();
      parameters_[i].assign(averages_[i]);
      averages_[i].assign(kept);
    }
  }

  /// The averages under the numbers of their parameters, and how many updates there were.
  [[nodiscard]] State state() const {
    State state;
    for (std::size_t i = 0; i < averages_.size(); ++i) state.add(std::to_string(i), averages_[i]);
    state.add("updates", updates_);
    return state;
  }

 private:
  std::vector<Tensor<T, D>> parameters_, averages_;
  double decay_;
  Tensor<std::int64_t> updates_;
};

}  // namespace EBB_NAMESPACE::optim
