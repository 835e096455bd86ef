#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

#include "ebb/ops/recurrent.hpp"
#include "ebb/ops/reshape.hpp"
#include "ebb/ops/slice.hpp"

namespace EBB_NAMESPACE {

/// What an LSTM remembers, two tensors of one shape; both undefined: zeros.
template <class T, class D = Cpu>
struct LSTMState {
  Tensor<T, D> hidden, cell;
  [[nodiscard]] auto parts() const { return std::tie(hidden, cell); }
};

/// What lstm may be told beside its input and weights.
template <class T, class D = Cpu>
struct LSTMInputs {
  LSTMState<T, D> state = {};            ///< (N, H) each, before the first step
  Tensor<std::int32_t, D> lengths = {};  ///< (N), the steps of each sequence; undefined: all of them
  bool reverse = false;                  ///< from the last step of each sequence to its first
};

template <class T, class D = Cpu>
struct LSTMResult {
  Tensor<T, D> output;    ///< (N, L, H): the hidden state after each step, zeros behind the length
  LSTMState<T, D> state;  ///< (N, H) each: after the last step of each sequence
  [[nodiscard]] auto parts() const { return std::tie(output, state); }
};

namespace detail {

/// All hidden states of a layer on x (L, N, C), and behind them its last cell: (L + 2, N, H). Behind its
/// length a sequence keeps its state. As one operation: the gradients of all steps are computed together.
template <class T, class D>
Tensor<T, D> lstm_states(const Tensor<T, D>& x, const LSTMState<T, D>& state, const RecurrentWeights<T, D>& w,
                         const Tensor<std::int32_t, D>& lengths, bool reverse) {
  const Recurrence r = recurrence("lstm", x, state.hidden, w, 4, reverse);
  require(state.cell.shape() == state.hidden.shape(), "lstm", "the hidden state ", state.hidden.shape(),
          " and the cell ", state.cell.shape(), " must have one shape");
  const Index size = r.state_size(), width = r.gates_size();
  const std::size_t bytes = static_cast<std::size_t>(size) * sizeof(T);
  auto states = Tensor<T, D>::uninitialized({r.length + 2, r.batch, r.hidden});
  auto cells = Tensor<T, D>::uninitialized({r.length + 1, r.batch, r.hidden});
  Tensor<T, D> gates = input_gates(x, w, r), hidden = Tensor<T, D>::uninitialized({width});
  T *const h = states.mutable_data(), *const c = cells.mutable_data(), *const g = gates.mutable_data();
  D::copy(state.hidden.data(), h + r.first() * size, bytes);
  D::copy(state.cell.data(), c + r.first() * size, bytes);
  for (Index i = 0; i < r.length; ++i) {
    const Index t = r.step(i), from = r.from(t) * size, to = r.to(t) * size;
    hidden_gates(h + from, w, hidden.mutable_data(), r);
    D::lstm_cell(g + t * width, hidden.data(), h + from, c + from, lengths.data(), h + to, c + to,
                 r.sizes(t));
  }
  D::copy(c + r.last() * size, h + (r.length + 1) * size, bytes);
  return differentiable(
      states, {x, state.hidden, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh, state.cell},
      [=](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        auto dgates = Tensor<T, D>::uninitialized(gates.shape());
        Tensor<T, D> carry({r.batch, r.hidden}), product({r.batch, r.hidden});
        Tensor<T, D> dcell = copy_of(dy.view(carry.shape(), (r.length + 1) * size));
        T* const dg = dgates.mutable_data();
        for (Index i = r.length - 1; i >= 0; --i) {
          const Index t = r.step(i), from = r.from(t) * size, to = r.to(t) * size;
          D::lstm_cell_gradient(dy.data() + to, product.data(), gates.data() + t * width, cells.data() + from,
                                cells.data() + to, lengths.data(), carry.mutable_data(), dcell.mutable_data(),
                                dg + t * width, r.sizes(t));
          hidden_gates_gradient(dg + t * width, w, product.mutable_data(), r);
        }
        std::vector<Tensor<T, D>> d = recurrent_gradients(needs, x, states, w, dgates, dgates, r);
        if (needs[1])
          d[1] = zip(zip(carry, product, Plus{}), dy.view(carry.shape(), r.first() * size), Plus{});
        d.push_back(dcell);
        return d;
      },
      "lstm");
}

}  // namespace detail

/// A long short-term memory (Hochreiter and Schmidhuber, 1997) over a batch of sequences, in PyTorch's form:
/// x (N, L, C), weights for the four gates i, f, g, o in that order. With x_t the input, h the hidden state
/// and c the cell of a sequence,
///
///     i = sigmoid(W_ii x_t + b_ii + W_hi h + b_hi)       f, o: the same with their weights
///     g = tanh(W_ig x_t + b_ig + W_hg h + b_hg)
///     c = f c + i g
///     h = o tanh(c)
///
/// With lengths, a sequence ends there: its output is 0 behind, its state is that at its end, and in reverse
/// it begins at its end, as with pack_padded_sequence. The products with all inputs are one, those with the
/// state one per step; the rest of a step is one pass.
///
/// Gradients for x, the state and the weights. Error [lstm] where shapes do not fit or a length is not in
/// [1, L]. nn::LSTM stacks layers and directions.
///
///     const auto [output, state] = lstm(x, weights, {.lengths = lengths});
template <class T, class D>
[[nodiscard]] LSTMResult<T, D> lstm(const Tensor<T, D>& x, const RecurrentWeights<T, D>& weights,
                                    const std::type_identity_t<LSTMInputs<T, D>>& inputs = {}) {
  detail::require_sequences("lstm", x, inputs.lengths);
  const Index length = x.shape(1), batch = x.shape(0);
  LSTMState<T, D> first = inputs.state;
  for (Tensor<T, D>* part : {&first.hidden, &first.cell})
    if (!part->defined()) *part = zeros<T, D>({batch, weights.weight_hh.shape(-1)});
  const Tensor<T, D> states =
      detail::lstm_states(detail::to_steps("lstm", x), first, weights, inputs.lengths, inputs.reverse);
  const Index begin = inputs.reverse ? 0 : 1, last = inputs.reverse ? 0 : length;
  const auto state = [&](Index place) { return states.slice(place, place + 1).reshape(first.cell.shape()); };
  return {detail::from_steps("lstm", states.slice(begin, begin + length), inputs.lengths),
          {state(last), state(length + 1)}};
}

}  // namespace EBB_NAMESPACE
