#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ebb/nn/init.hpp"
#include "ebb/nn/module.hpp"
#include "ebb/ops/concat.hpp"
#include "ebb/ops/dropout.hpp"
#include "ebb/ops/recurrent.hpp"
#include "ebb/ops/reshape.hpp"
#include "ebb/ops/slice.hpp"
#include "ebb/ops/stack.hpp"

namespace EBB_NAMESPACE::nn {

/// Of nn::GRU and nn::LSTM.
struct RecurrentOptions {
  Index num_layers = 1;        ///< each fed with the outputs of the one before
  bool bidirectional = false;  ///< a second set of weights reads each sequence from its end
  bool bias = true;
  double dropout = 0;  ///< probability, on the outputs of every layer but the last, in training
};

namespace detail {

/// What GRU and LSTM have in common: the weights of `layers x directions` with PyTorch's names, and the way
/// of a batch through them.
template <class T, class D>
class Recurrent : public Module<T, D> {
 public:
  [[nodiscard]] Members<T, D> members() override {
    Members<T, D> members;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto directions = static_cast<std::size_t>(this->directions());
      const std::string suffix = "_l" + std::to_string(i / directions) + (i % directions ? "_reverse" : "");
      members.emplace_back("weight_ih" + suffix, weights[i].weight_ih);
      members.emplace_back("weight_hh" + suffix, weights[i].weight_hh);
      members.emplace_back("bias_ih" + suffix, weights[i].bias_ih);
      members.emplace_back("bias_hh" + suffix, weights[i].bias_hh);
    }
    return members;
  }

  [[nodiscard]] std::string describe() const override {
    std::string text = std::string(name_) + '(' + std::to_string(channels_) + ", " + std::to_string(hidden_);
    if (options.num_layers > 1) text += ", " + std::to_string(options.num_layers) + " layers";
    if (options.bidirectional) text += ", bidirectional";
    if (options.dropout > 0) text += ebb::detail::text(", dropout ", options.dropout);
    return text + (options.bias ? ")" : ", no bias)");
  }

  [[nodiscard]] Index directions() const { return options.bidirectional ? 2 : 1; }

  RecurrentOptions options;
  std::vector<RecurrentWeights<T, D>> weights;  ///< of layer l, direction d: number l directions() + d

 protected:
  struct Names {
    const char *layer, *op;
  };

  Recurrent(const Names& names, Index gates, Index channels, Index hidden, const RecurrentOptions& o)
      : options(o), name_(names.layer), op_(names.op), channels_(channels), hidden_(hidden) {
    ebb::detail::require(channels >= 1 && hidden >= 1 && o.num_layers >= 1, op_, o.num_layers,
                         " layers from ", channels, " to ", hidden, " values: expected at least 1 each");
    ebb::detail::require(o.dropout >= 0 && o.dropout < 1, op_, "the probability ", o.dropout,
                         " of dropout must be in [0, 1)");
    const double bound = 1 / std::sqrt(static_cast<double>(hidden));
    const auto draw = [&](const Shape& shape) {
      return init::uniform(-bound, bound).template make<T, D>(shape).requires_grad();
    };
    for (Index i = 0; i < o.num_layers * directions(); ++i) {
      const Index in = i < directions() ? channels : hidden * directions();
      weights.push_back({draw({gates * hidden, in}), draw({gates * hidden, hidden}), {}, {}});
      if (!o.bias) continue;
      weights.back().bias_ih = draw({gates * hidden});
      weights.back().bias_hh = draw({gates * hidden});
    }
  }

  /// The outputs (N, L, directions H), and `steps(i, x, reverse)` of every layer and direction i: its states
  /// in the order of time, of which the first is at either end. Layers hand on steps (L, N, ...).
  template <class Steps>
  [[nodiscard]] std::pair<Tensor<T, D>, std::vector<Tensor<T, D>>> run(const Tensor<T, D>& x,
                                                                       const Tensor<std::int32_t, D>& lengths,
                                                                       Steps steps) const {
    ebb::detail::require_sequences(op_, x, lengths);
    const Index length = x.shape(1);
    std::vector<Tensor<T, D>> states;
    Tensor<T, D> y = ebb::detail::to_steps(op_, x);
    for (Index layer = 0; layer < options.num_layers; ++layer) {
      if (layer > 0) y = dropout(y, options.dropout, this->is_training());
      std::vector<Tensor<T, D>> outputs;
      for (Index d = 0; d < directions(); ++d) {
        states.push_back(steps(static_cast<Index>(states.size()), y, d == 1));
        outputs.push_back(states.back().slice(1 - d, 1 - d + length));
      }
      y = directions() == 1 ? outputs[0] : concat(outputs, 2);
    }
    return {ebb::detail::from_steps(op_, y, lengths), states};
  }

  /// State number `place(i)` of every layer and direction i, (layers directions, N, H).
  template <class Place>
  [[nodiscard]] Tensor<T, D> collect(const std::vector<Tensor<T, D>>& states, Place place) const {
    std::vector<Tensor<T, D>> parts;
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Index at = place(static_cast<Index>(i));
      parts.push_back(states[i].slice(at, at + 1));
    }
    return parts.size() == 1 ? parts[0] : concat(parts, 0);
  }

  /// The place of the last state of layer and direction i.
  [[nodiscard]] Index last(Index i, Index length) const { return i % directions() == 1 ? 0 : length; }

  /// Part i of a state (layers directions, N, H), or zeros where it is undefined.
  [[nodiscard]] Tensor<T, D> first_state(const Tensor<T, D>& state, Index i, Index batch) const {
    if (!state.defined()) return zeros<T, D>({batch, hidden_});
    const Shape expected{options.num_layers * directions(), batch, hidden_};
    ebb::detail::require(state.shape() == expected, op_, "the state ", state.shape(), " must be ", expected);
    return state.slice(i, i + 1).reshape({batch, hidden_});
  }

 private:
  const char *name_, *op_;
  Index channels_, hidden_;
};

}  // namespace detail
}  // namespace EBB_NAMESPACE::nn
