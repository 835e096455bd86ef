#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/ops/detail/rows.hpp"
#include "ebb/ops/matmul.hpp"

/// What gru and lstm share.

namespace EBB_NAMESPACE {

/// The weights of one layer in one direction, in PyTorch's layout: G gates of H values each.
template <class T, class D = Cpu>
struct RecurrentWeights {
  Tensor<T, D> weight_ih;     ///< (G H, C), of the input
  Tensor<T, D> weight_hh;     ///< (G H, H), of the state
  Tensor<T, D> bias_ih = {};  ///< (G H), or undefined for none
  Tensor<T, D> bias_hh = {};  ///< (G H), or undefined for none
};

namespace detail {

/// One direction of one layer over a batch of sequences, step by step: step t leads from state from(t) to
/// state to(t), which are kept in the order of time, the first one at either end.
struct Recurrence {
  Index length, batch, hidden, gates;
  bool reverse;

  [[nodiscard]] Index step(Index i) const { return reverse ? length - 1 - i : i; }  // number i of them
  [[nodiscard]] Index from(Index t) const { return reverse ? t + 1 : t; }
  [[nodiscard]] Index to(Index t) const { return reverse ? t : t + 1; }
  [[nodiscard]] Index first() const { return reverse ? length : 0; }
  [[nodiscard]] Index last() const { return reverse ? 0 : length; }

  [[nodiscard]] Index state_size() const { return batch * hidden; }
  [[nodiscard]] Index gates_size() const { return batch * gates * hidden; }
  [[nodiscard]] RecurrentSizes sizes(Index t) const { return {.batch = batch, .hidden = hidden, .step = t}; }
};

/// Checks, in the name of `op`, x (L, N, C), a first state (N, H) and weights for so many gates.
template <class T, class D>
Recurrence recurrence(std::string_view op, const Tensor<T, D>& x, const Tensor<T, D>& state,
                      const RecurrentWeights<T, D>& w, Index gates, bool reverse) {
  require(w.weight_ih.rank() == 2 && w.weight_hh.rank() == 2, op, "the weights ", w.weight_ih.shape(),
          " and ", w.weight_hh.shape(), " must be (", gates, " H, C) and (", gates, " H, H)");
  const Index hidden = w.weight_hh.shape(1), rows = gates * hidden;
  require(w.weight_ih.shape(0) == rows && w.weight_hh.shape(0) == rows, op, "the weights ",
          w.weight_ih.shape(), " and ", w.weight_hh.shape(), " must be (", gates, " H, C) and (", gates,
          " H, H) with H = ", hidden);
  for (const Tensor<T, D>& bias : {w.bias_ih, w.bias_hh})
    require(!bias.defined() || bias.shape() == Shape{rows}, op, "bias ", bias.shape(),
            " does not fit the weights: expected (", rows, ",)");
  require(x.shape(2) == w.weight_ih.shape(1), op, "the input has ", x.shape(2),
          " values per step, the weight ", w.weight_ih.shape(), " expects ", w.weight_ih.shape(1));
  require(state.shape() == Shape{x.shape(1), hidden}, op, "the state ", state.shape(), " must be (",
          x.shape(1), ", ", hidden, ")");
  return {.length = x.shape(0), .batch = x.shape(1), .hidden = hidden, .gates = gates, .reverse = reverse};
}

/// Checks, in the name of `op`, a batch of sequences x (N, L, C) and their lengths, perhaps undefined.
template <class T, class D>
void require_sequences(std::string_view op, const Tensor<T, D>& x, const Tensor<std::int32_t, D>& lengths) {
  require(x.rank() == 3 && x.shape(1) >= 1, op, "input ", x.shape(), " must be (N, L, C) with L at least 1");
  if (!lengths.defined()) return;
  require(lengths.shape() == Shape{x.shape(0)}, op, "lengths ", lengths.shape(), " do not fit input ",
          x.shape(), ": expected (", x.shape(0), ",)");
  const HostValues values(lengths);
  for (Index n = 0; n < values.size(); ++n)
    require(values[n] >= 1 && values[n] <= x.shape(1), op, "length ", values[n], " at position ", n,
            " is not in [1, ", x.shape(1), "]");
}

/// What the gates get from the inputs of all steps: one product, (L, N, G H).
template <class T, class D>
Tensor<T, D> input_gates(const Tensor<T, D>& x, const RecurrentWeights<T, D>& w, const Recurrence& r) {
  auto gates = Tensor<T, D>::uninitialized({r.length, r.batch, r.gates * r.hidden});
  D::matmul(
      x.data(), w.weight_ih.data(), w.bias_ih.defined() ? w.bias_ih.data() : nullptr, gates.mutable_data(),
      MatmulSizes{.m = r.length * r.batch, .n = r.gates * r.hidden, .k = x.shape(2), .transpose_b = true});
  return gates;
}

/// What they get from a state (N, H).
template <class T, class D>
void hidden_gates(const T* state, const RecurrentWeights<T, D>& w, T* gates, const Recurrence& r) {
  D::matmul(state, w.weight_hh.data(), w.bias_hh.defined() ? w.bias_hh.data() : nullptr, gates,
            MatmulSizes{.m = r.batch, .n = r.gates * r.hidden, .k = r.hidden, .transpose_b = true});
}

/// The gradient of that state.
template <class T, class D>
void hidden_gates_gradient(const T* dgates, const RecurrentWeights<T, D>& w, T* dstate, const Recurrence& r) {
  D::matmul(dgates, w.weight_hh.data(), static_cast<const T*>(nullptr), dstate,
            MatmulSizes{.m = r.batch, .n = r.hidden, .k = r.gates * r.hidden});
}

/// The gradients of x, nothing, weight_ih, weight_hh, bias_ih, bias_hh, where they are needed: those of all
/// steps are one product each.
template <class T, class D>
std::vector<Tensor<T, D>> recurrent_gradients(const std::vector<bool>& needs, const Tensor<T, D>& x,
                                              const Tensor<T, D>& states, const RecurrentWeights<T, D>& w,
                                              const Tensor<T, D>& dinput, const Tensor<T, D>& dhidden,
                                              const Recurrence& r) {
  const Index rows = r.length * r.batch, width = r.gates * r.hidden, channels = x.shape(2);
  const auto product = [&](const T* a, const T* b, const Shape& shape, const MatmulSizes& sizes) {
    auto c = Tensor<T, D>::uninitialized(shape);
    D::matmul(a, b, static_cast<const T*>(nullptr), c.mutable_data(), sizes);
    return c;
  };
  const auto sum = [&](const Tensor<T, D>& of) {
    auto y = Tensor<T, D>::uninitialized({width});
    D::reduce_sum(of.data(), y.mutable_data(), ReduceSizes{.count = rows, .inner = width});
    return y;
  };
  std::vector<Tensor<T, D>> d(6);
  if (needs[0])
    d[0] = product(dinput.data(), w.weight_ih.data(), x.shape(), {.m = rows, .n = channels, .k = width});
  if (needs[2])
    d[2] = product(dinput.data(), x.data(), {width, channels},
                   {.m = width, .n = channels, .k = rows, .transpose_a = true});
  if (needs[3])
    d[3] = product(dhidden.data(), states.data() + r.from(0) * r.state_size(), {width, r.hidden},
                   {.m = width, .n = r.hidden, .k = rows, .transpose_a = true});
  if (needs[4]) d[4] = sum(dinput);
  if (needs[5]) d[5] = sum(dhidden);
  return d;
}

/// (A, B, ...) as (B, A, ...), copied.
template <class T, class D>
Tensor<T, D> swapped(const Tensor<T, D>& x) {
  const Index a = x.shape(0), b = x.shape(1), width = x.shape().size_between(2, x.rank());
  Shape shape = x.shape();
  shape[0] = b;
  shape[1] = a;
  auto y = Tensor<T, D>::uninitialized(shape);
  T* const to = y.mutable_data();
  if (a < b) {
    for (Index i = 0; i < a; ++i)
      D::copy_blocks(x.data() + i * b * width, to + i * width,
                     BlockSizes{.outer = b, .count = width, .x_stride = width, .y_stride = a * width});
  } else {
    for (Index i = 0; i < b; ++i)
      D::copy_blocks(x.data() + i * width, to + i * a * width,
                     BlockSizes{.outer = a, .count = width, .x_stride = b * width, .y_stride = width});
  }
  return y;
}

/// y (N, L, ...) with zeros behind the length of each sample, in place; without lengths, as it is.
template <class T, class D>
void clear_ends(Tensor<T, D>& y, const Tensor<std::int32_t, D>& lengths) {
  if (!lengths.defined()) return;
  const Index length = y.shape(1), width = y.shape().size_between(2, y.rank());
  const HostValues values(lengths);
  T* const to = y.mutable_data();
  for (Index n = 0; n < y.shape(0); ++n) {
    const Index used = values[n];
    D::fill(to + (n * length + used) * width, (length - used) * width, T(0));
  }
}

/// A batch of sequences (N, L, C) in the order of time, (L, N, C).
template <class T, class D>
Tensor<T, D> to_steps(std::string_view op, const Tensor<T, D>& x) {
  return differentiable(
      swapped(x), {x}, [](const Tensor<T, D>& dy) { return std::vector{swapped(dy)}; }, op);
}

/// The way back, with zeros behind the length of each sequence.
template <class T, class D>
Tensor<T, D> from_steps(std::string_view op, const Tensor<T, D>& x, const Tensor<std::int32_t, D>& lengths) {
  Tensor<T, D> y = swapped(x);
  clear_ends(y, lengths);
  return differentiable(
      y, {x},
      [lengths](const Tensor<T, D>& dy) {
        if (!lengths.defined()) return std::vector{swapped(dy)};
        Tensor<T, D> used = copy_of(dy);
        clear_ends(used, lengths);
        return std::vector{swapped(used)};
      },
      op);
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
