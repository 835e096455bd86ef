#pragma once

#include <cstdint>
#include <tuple>

#include "ebb/nn/detail/recurrent.hpp"
#include "ebb/ops/lstm.hpp"

namespace EBB_NAMESPACE::nn {

/// Long short-term memories in layers, one direction or two: sequences (N, L, channels) -> output (N, L,
/// directions hidden) and state.hidden, state.cell (layers directions, N, hidden). Sequences come first and
/// steps second, as with PyTorch's batch_first = true. The formula is in ops/lstm.hpp.
///
///     nn::LSTM<float> lstm(16, 32, {.num_layers = 2, .bidirectional = true});
///     const auto [output, state] = lstm(x);                        // (N, L, 16) -> (N, L, 64), (4, N, 32)
///     const auto packed = lstm(x, {.lengths = lengths});           // int32 (N): sequences end there
///     const auto next = lstm(more, {.state = state});              // goes on where the first one ended
///
/// With lengths, outputs behind the end of a sequence are 0 and its state is that at its end; the second
/// direction begins there, as with PyTorch's pack_padded_sequence. In a Sequential it gives the output.
///
/// State, with PyTorch's names and shapes, for layer l: weight_ih_l[l] (4 hidden, in), weight_hh_l[l] (4
/// hidden, hidden), bias_ih_l[l] and bias_hh_l[l] (4 hidden), in the order i, f, g, o of the gates, and the
/// same with _reverse; drawn as there, uniformly in +-1 / sqrt(hidden).
/// Error [lstm] for sizes and options that do not fit, and as ops/lstm.hpp when it is called.
template <class T, class D = Cpu>
class LSTM : public detail::Recurrent<T, D> {
 public:
  /// What a call may be told beside the sequences.
  struct Inputs {
    LSTMState<T, D> state = {};            ///< (layers directions, N, hidden) each; undefined: zeros
    Tensor<std::int32_t, D> lengths = {};  ///< (N); undefined: L for all of them
    [[nodiscard]] auto parts() const { return std::tie(state, lengths); }
  };

  LSTM(Index channels, Index hidden, const RecurrentOptions& o = {})
      : detail::Recurrent<T, D>({"LSTM", "lstm"}, 4, channels, hidden, o) {}

  [[nodiscard]] LSTMResult<T, D> operator()(const Tensor<T, D>& x, const Inputs& inputs = {}) const {
    return this->call([&] { return run_all(x, inputs); }, x, inputs);
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return run_all(x, {}).output; }

 private:
  [[nodiscard]] LSTMResult<T, D> run_all(const Tensor<T, D>& x, const Inputs& inputs) const {
    const auto [output, states] =
        this->run(x, inputs.lengths, [&](Index i, const Tensor<T, D>& steps, bool reverse) {
          const LSTMState<T, D> first{this->first_state(inputs.state.hidden, i, x.shape(0)),
                                      this->first_state(inputs.state.cell, i, x.shape(0))};
          return ebb::detail::lstm_states(steps, first, this->weights[static_cast<std::size_t>(i)],
                                          inputs.lengths, reverse);
        });
    const Index length = x.shape(1);
    return {output,
            {this->collect(states, [&](Index i) { return this->last(i, length); }),
             this->collect(states, [&](Index) { return length + 1; })}};
  }
};

}  // namespace EBB_NAMESPACE::nn
