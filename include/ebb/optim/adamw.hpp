#pragma once

#include <utility>
#include <vector>

#include "ebb/optim/adam.hpp"

namespace EBB_NAMESPACE::optim {

struct AdamWOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-7;       ///< as in Adam; PyTorch has 1e-8
  double weight_decay = 1e-2;  ///< w shrinks by learning_rate times this in each step

  [[nodiscard]] static AdamWOptions keras() { return {.weight_decay = 4e-3}; }
  [[nodiscard]] static AdamWOptions pytorch() { return {.epsilon = 1e-8}; }
};

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w -= learning_rate weight_decay w, then
/// Adam's step with the gradient as it is. State and errors as in Adam, the id is [adamw].
template <class T, class D = Cpu>
class AdamW : public Adam<T, D> {
 public:
  explicit AdamW(std::vector<Tensor<T, D>> parameters, const AdamWOptions& o = {})
      : AdamW(o, detail::GroupedParameters<T, D>(std::move(parameters))) {}
  explicit AdamW(const ParameterGroups<T, D>& groups, const AdamWOptions& o = {})
      : AdamW(o, detail::GroupedParameters<T, D>(groups)) {}

 private:
  AdamW(const AdamWOptions& o, detail::GroupedParameters<T, D> parameters)
      : Adam<T, D>("adamw", std::move(parameters),
                   AdamOptions{o.learning_rate, o.beta1, o.beta2, o.epsilon, o.weight_decay}, 0,
                   o.weight_decay) {}
};

}  // namespace EBB_NAMESPACE::optim
