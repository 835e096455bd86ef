#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/optim/optimizer.hpp"

namespace EBB_NAMESPACE::optim {

struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;       ///< of the first moment
  double beta2 = 0.999;     ///< of the second
  double epsilon = 1e-7;    ///< as in Keras, with which the papers worked; PyTorch has 1e-8
  double weight_decay = 0;  ///< times the weight, added to the gradient

  [[nodiscard]] static AdamOptions keras() { return {}; }
  [[nodiscard]] static AdamOptions pytorch() { return {.epsilon = 1e-8}; }
};

/// Adam (Kingma and Ba, 2015) in PyTorch's form: at step t, for the gradient g of a weight w,
///
///     g += weight_decay w
///     m = beta1 m + (1 - beta1) g;   v = beta2 v + (1 - beta2) g^2
///     w -= learning_rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// State: learning_rate, i.first_moment and i.second_moment for each parameter i, and steps, how many each
/// has taken. Error [adam] for a beta outside of [0, 1), or an epsilon or weight decay below 0.
template <class T, class D = Cpu>
class Adam : public Optimizer<T, D> {
 public:
  [[gnu::cold]] explicit Adam(std::vector<Tensor<T, D>> parameters, const AdamOptions& o = {})
      : Adam("adam", detail::GroupedParameters<T, D>(std::move(parameters)), o, o.weight_decay, 0) {}
  [[gnu::cold]] explicit Adam(const ParameterGroups<T, D>& groups, const AdamOptions& o = {})
      : Adam("adam", detail::GroupedParameters<T, D>(groups), o, o.weight_decay, 0) {}

  [[nodiscard, gnu::cold]] State state() const override {
    State state = Optimizer<T, D>::state();
    this->add_to(state, "first_moment", first_moment_);
    this->add_to(state, "second_moment", second_moment_);
    state.add("steps", steps_);
    return state;
  }

 protected:
  [[gnu::cold]] Adam(std::string_view op, detail::GroupedParameters<T, D> parameters, const AdamOptions& o,
                     double weight_decay, double decoupled_decay)
      : Optimizer<T, D>(std::move(parameters), o.learning_rate),
        options_(o),
        weight_decay_(weight_decay),
        decoupled_decay_(decoupled_decay),
        first_moment_(this->zeros_like_parameters()),
        second_moment_(this->zeros_like_parameters()),
        steps_({static_cast<Index>(first_moment_.size())}) {
    detail::require(o.beta1 >= 0 && o.beta1 < 1 && o.beta2 >= 0 && o.beta2 < 1, op, "beta1 ", o.beta1,
                    " and beta2 ", o.beta2, " must be in [0, 1)");
    detail::require(o.epsilon >= 0 && o.weight_decay >= 0, op, "epsilon ", o.epsilon, " and weight decay ",
                    o.weight_decay, " must be at least 0");
  }

  void update(std::size_t i, Tensor<T, D>& w, const Tensor<T, D>& gradient) override {
    const std::int64_t step = (steps_(static_cast<Index>(i)) += 1);
    const auto t = static_cast<double>(step);
    const double rate = this->learning_rate(i);
    D::adam_step(
        w.mutable_data(), gradient.data(), first_moment_[i].mutable_data(), second_moment_[i].mutable_data(),
        w.size(),
        AdamStep<T>{
            .step_size = static_cast<T>(rate / (1 - std::pow(options_.beta1, t))),
            .beta1 = static_cast<T>(options_.beta1),
            .beta2 = static_cast<T>(options_.beta2),
            .rest1 = static_cast<T>(1 - options_.beta1),
            .rest2 = static_cast<T>(1 - options_.beta2),
            .epsilon = static_cast<T>(options_.epsilon),
            .second_moment_correction = static_cast<T>(1 / std::sqrt(1 - std::pow(options_.beta2, t))),
            .weight_decay = static_cast<T>(this->weight_decay(i, weight_decay_)),
            .decoupled_decay = static_cast<T>(rate * this->weight_decay(i, decoupled_decay_))});
  }

 private:
  AdamOptions options_;
  double weight_decay_, decoupled_decay_;
  std::vector<Tensor<T, D>> first_moment_, second_moment_;
  Tensor<std::int64_t> steps_;
};

}  // namespace EBB_NAMESPACE::optim
