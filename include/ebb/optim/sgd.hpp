#pragma once

#include <utility>
#include <vector>

#include "ebb/backend/backend.hpp"
#include "ebb/optim/optimizer.hpp"

namespace EBB_NAMESPACE::optim {

struct SGDOptions {
  double learning_rate = 1e-2;
  double momentum = 0;
  double weight_decay = 0;  ///< times the weight, added to the gradient
  bool nesterov = false;    ///< needs a momentum
};

/// Stochastic gradient descent as in PyTorch, for the gradient g of a weight w:
///
///     g += weight_decay w;   v = momentum v + g;   w -= learning_rate v
///
/// with v = 0 at first, and w -= learning_rate (g + momentum v) for Nesterov's form.
/// State: learning_rate, and i.velocity for each parameter i, where there is a momentum.
/// Error [sgd] for a momentum or weight decay below 0, or Nesterov's form without momentum.
template <class T, class D = Cpu>
class SGD : public Optimizer<T, D> {
 public:
  explicit SGD(std::vector<Tensor<T, D>> parameters, const SGDOptions& o = {})
      : SGD(o, detail::GroupedParameters<T, D>(std::move(parameters))) {}
  explicit SGD(const ParameterGroups<T, D>& groups, const SGDOptions& o = {})
      : SGD(o, detail::GroupedParameters<T, D>(groups)) {}

  [[nodiscard]] State state() const override {
    State state = Optimizer<T, D>::state();
    this->add_to(state, "velocity", velocity_);
    return state;
  }

 protected:
  void update(std::size_t i, Tensor<T, D>& w, const Tensor<T, D>& gradient) override {
    T* const velocity = velocity_.empty() ? nullptr : velocity_[i].mutable_data();
    D::sgd_step(w.mutable_data(), gradient.data(), velocity, w.size(),
                SgdStep<T>{.learning_rate = static_cast<T>(this->learning_rate(i)),
                           .momentum = static_cast<T>(options_.momentum),
                           .weight_decay = static_cast<T>(this->weight_decay(i, options_.weight_decay)),
                           .nesterov = options_.nesterov});
  }

 private:
  [[gnu::cold]] SGD(const SGDOptions& o, detail::GroupedParameters<T, D> parameters)
      : Optimizer<T, D>(std::move(parameters), o.learning_rate), options_(o) {
    detail::require(o.momentum >= 0 && o.weight_decay >= 0, "sgd", "momentum ", o.momentum,
                    " and weight decay ", o.weight_decay, " must be at least 0");
    detail::require(!o.nesterov || o.momentum > 0, "sgd", "Nesterov's form needs a momentum");
    if (o.momentum > 0) velocity_ = this->zeros_like_parameters();
  }

  SGDOptions options_;
  std::vector<Tensor<T, D>> velocity_;
};

}  // namespace EBB_NAMESPACE::optim
