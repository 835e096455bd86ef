#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/core/state.hpp"
#include "ebb/optim/parameter_group.hpp"

namespace EBB_NAMESPACE::optim {

/// What all optimizers have in common. They change the parameters in place; a parameter to which backward
/// left no gradient is skipped, and so are its moments.
///
///     optim::Adam<float> adam(model.parameters(), {.learning_rate = 3e-3f});
///     adam.zero_grad();
///     loss.backward();
///     adam.step();
///
/// Error [optimizer] where there are no parameters, one requires no gradient, or the learning rate is below
/// 0.
template <class T, class D = Cpu>
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// Forgets the gradients of all parameters.
  void zero_grad() const {
    for (const Tensor<T, D>& parameter : parameters_) parameter.zero_grad();
  }

  /// Moves every parameter along its gradient.
  void step() {
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      if (parameters_[i].has_grad()) update(i, parameters_[i], parameters_[i].grad());
  }

  [[nodiscard]] double learning_rate() const { return learning_rate_.item(); }
  void set_learning_rate(double value) { learning_rate_.fill(checked(value)); }

  [[nodiscard]] const std::vector<Tensor<T, D>>& parameters() const { return parameters_; }

  /// The learning rate and what the optimizer remembers from step to step, to be saved and loaded along with
  /// the model's state. The other options are not part of it.
  [[nodiscard]] virtual State state() const {
    State state;
    state.add("learning_rate", learning_rate_);
    return state;
  }

 protected:
  Optimizer(const ParameterGroups<T, D>& groups, double learning_rate) : learning_rate_(Shape{}) {
    set_learning_rate(learning_rate);
    for (const ParameterGroup<T, D>& group : groups) {
      detail::require(group.learning_rate >= 0 && group.weight_decay >= 0, "optimizer",
                      "the factors of a group, ", group.learning_rate, " of the learning rate and ",
                      group.weight_decay, " of the weight decay, must be at least 0");
      for (const Tensor<T, D>& parameter : group.parameters) {
        detail::require(parameter.needs_grad(), "optimizer", "parameter ", parameters_.size(), " of shape ",
                        parameter.shape(), " does not require a gradient");
        parameters_.push_back(parameter);
        factors_.push_back({group.learning_rate, group.weight_decay});
      }
    }
    detail::require(!parameters_.empty(), "optimizer", "there are no parameters");
  }

  /// Of parameter number i.
  [[nodiscard]] double learning_rate(std::size_t i) const {
    return learning_rate() * factors_[i].learning_rate;
  }
  [[nodiscard]] double weight_decay(std::size_t i, double decay) const {
    return decay * factors_[i].weight_decay;
  }

  /// Changes parameter number i by its gradient.
  virtual void update(std::size_t i, Tensor<T, D>& parameter, const Tensor<T, D>& gradient) = 0;

  /// A zero tensor for each parameter, of its shape.
  [[nodiscard]] std::vector<Tensor<T, D>> zeros_like_parameters() const {
    std::vector<Tensor<T, D>> tensors;
    for (const Tensor<T, D>& parameter : parameters_) tensors.emplace_back(parameter.shape());
    return tensors;
  }

  static void add_to(State& state, const std::string& name, const std::vector<Tensor<T, D>>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i) state.add(std::to_string(i) + "." + name, tensors[i]);
  }

 private:
  static double checked(double learning_rate) {
    detail::require(learning_rate >= 0, "optimizer", "the learning rate ", learning_rate,
                    " must be at least 0");
    return learning_rate;
  }

  struct Factors {
    double learning_rate, weight_decay;
  };

  std::vector<Tensor<T, D>> parameters_;
  std::vector<Factors> factors_;
  Tensor<double> learning_rate_;
};

}  // namespace EBB_NAMESPACE::optim
