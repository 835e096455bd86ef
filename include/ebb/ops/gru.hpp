#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

#include "ebb/ops/recurrent.hpp"
#include "ebb/ops/reshape.hpp"
#include "ebb/ops/slice.hpp"

namespace EBB_NAMESPACE {

/// What gru may be told beside its input and weights.
template <class T, class D = Cpu>
struct GRUInputs {
  Tensor<T, D> state = {};               ///< (N, H) before the first step; undefined: zeros
  Tensor<std::int32_t, D> lengths = {};  ///< (N), the steps of each sequence; undefined: all of them
  bool reverse = false;                  ///< from the last step of each sequence to its first
};

template <class T, class D = Cpu>
struct GRUResult {
  Tensor<T, D> output;  ///< (N, L, H): the state after each step, zeros behind the length of a sequence
  Tensor<T, D> state;   ///< (N, H): after the last step of each sequence
  [[nodiscard]] auto parts() const { return std::tie(output, state); }
};

namespace detail {

/// All states (L + 1, N, H) of a layer on x (L, N, C). Behind its length a sequence keeps its state. As one
/// operation: the gradients of all steps are computed together.
template <class T, class D>
Tensor<T, D> gru_states(const Tensor<T, D>& x, const Tensor<T, D>& state, const RecurrentWeights<T, D>& w,
                        const Tensor<std::int32_t, D>& lengths, bool reverse) {
  const Recurrence r = recurrence("gru", x, state, w, 3, reverse);
  const std::vector<Tensor<T, D>> inputs{x, state, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh};
  const Index size = r.state_size(), width = r.gates_size();
  auto states = Tensor<T, D>::uninitialized({r.length + 1, r.batch, r.hidden});
  Tensor<T, D> gates = input_gates(x, w, r), hidden = Tensor<T, D>::uninitialized({width}), candidates;
  if (is_recorded(inputs)) candidates = Tensor<T, D>::uninitialized({r.length, r.batch, r.hidden});
  T *const h = states.mutable_data(), *const g = gates.mutable_data(), *const q = candidates.mutable_data();
  D::copy(state.data(), h + r.first() * size, static_cast<std::size_t>(size) * sizeof(T));
  for (Index i = 0; i < r.length; ++i) {
    const Index t = r.step(i);
    hidden_gates(h + r.from(t) * size, w, hidden.mutable_data(), r);
    D::gru_cell(g + t * width, hidden.data(), h + r.from(t) * size, lengths.data(), h + r.to(t) * size,
                q ? q + t * size : nullptr, r.sizes(t));
  }
  return differentiable(
      states, inputs,
      [=](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        auto dgates = Tensor<T, D>::uninitialized(gates.shape());
        auto dhidden = Tensor<T, D>::uninitialized(gates.shape());
        Tensor<T, D> carry({r.batch, r.hidden}), product({r.batch, r.hidden});
        T *const dg = dgates.mutable_data(), *const dq = dhidden.mutable_data();
        for (Index i = r.length - 1; i >= 0; --i) {
          const Index t = r.step(i);
          D::gru_cell_gradient(dy.data() + r.to(t) * size, product.data(), gates.data() + t * width,
                               candidates.data() + t * size, states.data() + r.from(t) * size, lengths.data(),
                               carry.mutable_data(), dg + t * width, dq + t * width, r.sizes(t));
          hidden_gates_gradient(dq + t * width, w, product.mutable_data(), r);
        }
        std::vector<Tensor<T, D>> d = recurrent_gradients(needs, x, states, w, dgates, dhidden, r);
        if (needs[1])
          d[1] = zip(zip(carry, product, Plus{}), dy.view(carry.shape(), r.first() * size), Plus{});
        return d;
      },
      "gru");
}

}  // namespace detail

/// A gated recurrent unit (Cho et al., 2014) over a batch of sequences, in PyTorch's form: x (N, L, C),
/// weights for the three gates r, z, n in that order. With x_t the input and h the state of a sequence,
///
///     r = sigmoid(W_ir x_t + b_ir + W_hr h + b_hr)
///     z = sigmoid(W_iz x_t + b_iz + W_hz h + b_hz)
///     n = tanh(W_in x_t + b_in + r (W_hn h + b_hn))
///     h = (1 - z) n + z h
///
/// With lengths, a sequence ends there: its output is 0 behind, its state is that at its end, and in reverse
/// it begins at its end, as with pack_padded_sequence. The products with all inputs are one, those with the
/// state one per step; the rest of a step is one pass.
///
/// Gradients for x, the state and the weights. Error [gru] where shapes do not fit or a length is not in
/// [1, L]. nn::GRU stacks layers and directions.
///
///     const auto [output, state] = gru(x, weights, {.lengths = lengths});
template <class T, class D>
[[nodiscard]] GRUResult<T, D> gru(const Tensor<T, D>& x, const RecurrentWeights<T, D>& weights,
                                  const std::type_identity_t<GRUInputs<T, D>>& inputs = {}) {
  detail::require_sequences("gru", x, inputs.lengths);
  const Index length = x.shape(1), batch = x.shape(0);
  const Tensor<T, D> first =
      inputs.state.defined() ? inputs.state : zeros<T, D>({batch, weights.weight_hh.shape(-1)});
  const Tensor<T, D> states =
      detail::gru_states(detail::to_steps("gru", x), first, weights, inputs.lengths, inputs.reverse);
  const Index begin = inputs.reverse ? 0 : 1, last = inputs.reverse ? 0 : length;
  return {detail::from_steps("gru", states.slice(begin, begin + length), inputs.lengths),
          states.slice(last, last + 1).reshape(first.shape())};
}

}  // namespace EBB_NAMESPACE
