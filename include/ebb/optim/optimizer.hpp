#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/core/state.hpp"

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

  [[nodiscard]] double learning_rate() const { return learning_rate_; }
  void set_learning_rate(double value) { learning_rate_ = checked(value); }

  [[nodiscard]] const std::vector<Tensor<T, D>>& parameters() const { return parameters_; }

  /// What the optimizer remembers from step to step, to be saved and loaded along with the model's state. The
  /// learning rate and the other options are not part of it.
  [[nodiscard]] virtual State state() const = 0;

 protected:
  Optimizer(std::vector<Tensor<T, D>> parameters, double learning_rate)
      : parameters_(std::move(parameters)), learning_rate_(checked(learning_rate)) {
    detail::require(!parameters_.empty(), "optimizer", "there are no parameters");
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      detail::require(parameters_[i].needs_grad(), "optimizer", "parameter ", i, " of shape ",
                      parameters_[i].shape(), " does not require a gradient");
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

  std::vector<Tensor<T, D>> parameters_;
  double learning_rate_;
};

}  // namespace EBB_NAMESPACE::optim
