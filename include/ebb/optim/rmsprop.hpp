#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/optim/optimizer.hpp"

namespace EBB_NAMESPACE::optim {

struct RMSpropOptions {
  double learning_rate = 1e-2;
  double alpha = 0.99;  ///< what a step leaves of the mean square; Keras calls it rho and has 0.9
  double epsilon = 1e-8;
  double momentum = 0;
  double weight_decay = 0;  ///< times the weight, added to the gradient
  bool centered = false;    ///< by the variance of the gradient in place of its mean square
};

/// RMSprop (Tieleman and Hinton, 2012) in PyTorch's form, with its defaults, for the gradient g of a weight
/// w:
///
///     g += weight_decay w
///     s = alpha s + (1 - alpha) g^2
///     m = alpha m + (1 - alpha) g                         only if centered; below, s - m^2 takes the place
///     of s v = momentum v + g / (sqrt(s) + epsilon);   w -= learning_rate v
///
/// with all of them 0 at first. (In Keras and TensorFlow epsilon is under the root.) Where rounding makes
/// s - m^2 fall below 0 it counts as 0, of which PyTorch would make a NaN.
///
/// State: learning_rate and, for each parameter i, i.mean_square, i.mean if centered, i.velocity where there
/// is a momentum.
/// Error [rmsprop] for an alpha outside of [0, 1), or an epsilon, momentum or weight decay below 0.
///
///     optim::RMSprop<float> rmsprop(model.parameters(), {.learning_rate = 1e-3, .momentum = 0.9});
template <class T, class D = Cpu>
class RMSprop : public Optimizer<T, D> {
 public:
  explicit RMSprop(std::vector<Tensor<T, D>> parameters, const RMSpropOptions& o = {})
      : RMSprop(o, detail::GroupedParameters<T, D>(std::move(parameters))) {}
  explicit RMSprop(const ParameterGroups<T, D>& groups, const RMSpropOptions& o = {})
      : RMSprop(o, detail::GroupedParameters<T, D>(groups)) {}

  [[nodiscard]] State state() const override {
    State state = Optimizer<T, D>::state();
    this->add_to(state, "mean_square", mean_square_);
    this->add_to(state, "mean", mean_);
    this->add_to(state, "velocity", velocity_);
    return state;
  }

 protected:
  void update(std::size_t i, Tensor<T, D>& w, const Tensor<T, D>& gradient) override {
    const auto kept = [i](std::vector<Tensor<T, D>>& of) {
      return of.empty() ? nullptr : of[i].mutable_data();
    };
    D::rmsprop_step(
        w.mutable_data(), gradient.data(), kept(mean_square_), kept(mean_), kept(velocity_), w.size(),
        RmspropStep<T>{.learning_rate = static_cast<T>(this->learning_rate(i)),
                       .alpha = static_cast<T>(options_.alpha),
                       .rest = static_cast<T>(1 - options_.alpha),
                       .epsilon = static_cast<T>(options_.epsilon),
                       .momentum = static_cast<T>(options_.momentum),
                       .weight_decay = static_cast<T>(this->weight_decay(i, options_.weight_decay))});
  }

 private:
  [[gnu::cold]] RMSprop(const RMSpropOptions& o, detail::GroupedParameters<T, D> parameters)
      : Optimizer<T, D>(std::move(parameters), o.learning_rate),
        options_(o),
        mean_square_(this->zeros_like_parameters()) {
    detail::require(o.alpha >= 0 && o.alpha < 1, "rmsprop", "alpha ", o.alpha, " must be in [0, 1)");
    detail::require(o.epsilon >= 0 && o.momentum >= 0 && o.weight_decay >= 0, "rmsprop", "epsilon ",
                    o.epsilon, ", momentum ", o.momentum, " and weight decay ", o.weight_decay,
                    " must be at least 0");
    if (o.centered) mean_ = this->zeros_like_parameters();
    if (o.momentum > 0) velocity_ = this->zeros_like_parameters();
  }

  RMSpropOptions options_;
  std::vector<Tensor<T, D>> mean_square_, mean_, velocity_;
};

}  // namespace EBB_NAMESPACE::optim
