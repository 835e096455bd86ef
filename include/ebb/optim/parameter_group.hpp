#pragma once

#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE::optim {

/// Parameters that an optimizer treats alike. Both factors multiply the optimizer's own options, so that a
/// schedule of its learning rate reaches every group.
///
///     optim::SGD<float> sgd({{.parameters = body.parameters(), .learning_rate = 0.1},
///                            {.parameters = head.parameters()}}, {.learning_rate = 1e-2});
template <class T, class D = Cpu>
struct ParameterGroup {
  std::vector<Tensor<T, D>> parameters;
  double learning_rate = 1;  ///< times that of the optimizer
  double weight_decay = 1;   ///< times that of the optimizer; 0: none
};

template <class T, class D = Cpu>
using ParameterGroups = std::vector<ParameterGroup<T, D>>;

/// Two groups: matrices and filters, whose weights decay, and vectors (biases, the weights of
/// normalizations), whose do not, as is usual where weight decay is used at all.
///
///     optim::AdamW<float> adamw(optim::no_decay_for_vectors(model.parameters()), {.weight_decay = 0.05});
template <class T, class D>
[[nodiscard]] ParameterGroups<T, D> no_decay_for_vectors(const std::vector<Tensor<T, D>>& parameters) {
  ParameterGroup<T, D> decaying, steady{.parameters = {}, .weight_decay = 0};
  for (const Tensor<T, D>& parameter : parameters)
    (parameter.rank() > 1 ? decaying : steady).parameters.push_back(parameter);
  return {decaying, steady};
}

}  // namespace EBB_NAMESPACE::optim

namespace EBB_NAMESPACE::detail {

/// Parameters in a row, and of each the factors of its group; without groups there are none, and all are 1.
template <class T, class D>
struct GroupedParameters {
  explicit GroupedParameters(std::vector<Tensor<T, D>> all) : parameters(std::move(all)) {}

  [[gnu::cold]] explicit GroupedParameters(const optim::ParameterGroups<T, D>& groups) {
    for (const optim::ParameterGroup<T, D>& group : groups) {
      require(group.learning_rate >= 0 && group.weight_decay >= 0, "optimizer", "the factors of a group, ",
              group.learning_rate, " of the learning rate and ", group.weight_decay,
              " of the weight decay, must be at least 0");
      parameters.insert(parameters.end(), group.parameters.begin(), group.parameters.end());
      learning_rates.resize(parameters.size(), group.learning_rate);
      weight_decays.resize(parameters.size(), group.weight_decay);
    }
  }

  std::vector<Tensor<T, D>> parameters;
  std::vector<double> learning_rates, weight_decays;
};

}  // namespace EBB_NAMESPACE::detail
