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
    for (const Tensor<T, D>& parameter : parameters()) parameter.zero_grad();
  }

  /// Moves every parameter along its gradient.
  void step() {
    std::vector<Tensor<T, D>>& all = parameters_.parameters;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].has_grad()) update(i, all[i], all[i].grad());
  }

  [[nodiscard]] double learning_rate() const { return learning_rate_.item(); }
  void set_learning_rate(double value) { learning_rate_.fill(checked(value)); }

  [[nodiscard]] const std::vector<Tensor<T, D>>& parameters() const { return parameters_.parameters; }

  /// The learning rate and what the optimizer remembers from step to step, to be saved and loaded along with
  /// the model's state. The other options are not part of it.
  [[nodiscard, gnu::cold]] virtual State state() const {
    State state;
    state.add("learning_rate", learning_rate_);
    return state;
  }

 protected:
  [[gnu::cold]] Optimizer(detail::GroupedParameters<T, D> parameters, double learning_rate)
      : parameters_(std::move(parameters)), learning_rate_(Shape{}) {
    set_learning_rate(learning_rate);
    const std::vector<Tensor<T, D>>& all = parameters_.parameters;
    detail::require(!all.empty(), "optimizer", "there are no parameters");
    for (std::size_t i = 0; i < all.size(); ++i)
      detail::require(all[i].needs_grad(), "optimizer", "parameter ", i, " of shape ", all[i].shape(),
                      " does not require a gradient");
  }

  /// Of parameter number i.
  [[nodiscard]] double learning_rate(std::size_t i) const {
    return learning_rate() * (parameters_.learning_rates.empty() ? 1.0 : parameters_.learning_rates[i]);
  }
  [[nodiscard]] double weight_decay(std::size_t i, double decay) const {
    return decay * (parameters_.weight_decays.empty() ? 1.0 : parameters_.weight_decays[i]);
  }

  /// Changes parameter number i by its gradient.
  virtual void update(std::size_t i, Tensor<T, D>& parameter, const Tensor<T, D>& gradient) = 0;

  /// A zero tensor for each parameter, of its shape.
  [[nodiscard, gnu::cold]] std::vector<Tensor<T, D>> zeros_like_parameters() const {
    std::vector<Tensor<T, D>> tensors;
    for (const Tensor<T, D>& parameter : parameters()) tensors.emplace_back(parameter.shape());
    return tensors;
  }

  [[gnu::cold]] static void add_to(State& state, const std::string& name,
                                   const std::vector<Tensor<T, D>>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i) state.add(std::to_string(i) + "." + name, tensors[i]);
  }

 private:
  static double checked(double learning_rate) {
    detail::require(learning_rate >= 0, "optimizer", "the learning rate ", learning_rate,
                    " must be at least 0");
    return learning_rate;
  }

  detail::GroupedParameters<T, D> parameters_;
  Tensor<double> learning_rate_;
};

}  // namespace EBB_NAMESPACE::optim
