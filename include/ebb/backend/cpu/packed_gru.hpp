#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/gate.hpp"
#include "ebb/backend/cpu/packed_dense.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Weights of gated recurrent units, for the gates r, z, n in that order.
template <class T>
struct GRUWeights {
  const T* input;  ///< (3 hidden, channels)
  const T* state;  ///< (3 hidden, hidden)
  const T* input_bias = nullptr;
  const T* state_bias = nullptr;  ///< (3 hidden) each, or null
  Index channels = 0, hidden = 0;
};

/// Gated recurrent units in one direction, from a state of zeros, whose weights do not change any more; the
/// formula is that of PyTorch. Calls do not change it.
///
/// A few sequences at a time go from step to step, for a few steps at a time: what the gates get from the
/// inputs of these is one product, and still in second-level cache when it is used, as the state's weights
/// are.
template <class T>
class PackedGRU {
 public:
  PackedGRU(const GRUWeights<T>& w, bool reverse, const typename PackedDense<T>::Options& options = {})
      : hidden_(w.hidden),
        channels_(w.channels),
        reverse_(reverse),
        input_(w.input, input_bias(w).data(), nullptr, sizes(w.channels, w.hidden), options),
        state_(w.state, state_bias(w).data(), nullptr, sizes(w.hidden, w.hidden), options) {}

  /// x (batch, length, channels); the states of a step are y + (n * length + step) * y_step.
  void operator()(const T* x, Index batch, Index length, T* y, Index y_step) const {
    // Not by the number of threads: other numbers of rows may be summed in another order.
    constexpr Index sequences = 32;
    parallel_for(blocks_of(batch, sequences), 1, [&](Index first, Index last) {
      for (Index group = first; group < last; ++group) {
        const Index n = group * sequences;
        run(x + n * length * channels_, std::min(sequences, batch - n), length, y + n * length * y_step,
            y_step);
      }
    });
  }

 private:
  static tiled::DenseSizes sizes(Index in, Index hidden) {
    return {.channels = 1, .positions = in, .outputs = 3 * hidden};
  }

  // The biases of r and z are one; that of the state's n is multiplied by r.
  static std::vector<T> input_bias(const GRUWeights<T>& w) {
    std::vector<T> bias(static_cast<std::size_t>(3 * w.hidden));
    if (w.input_bias) std::copy_n(w.input_bias, 3 * w.hidden, bias.data());
    for (Index i = 0; w.state_bias && i < 2 * w.hidden; ++i)
      bias[static_cast<std::size_t>(i)] += w.state_bias[i];
    return bias;
  }
  static std::vector<T> state_bias(const GRUWeights<T>& w) {
    std::vector<T> bias(static_cast<std::size_t>(3 * w.hidden));
    if (w.state_bias) std::copy_n(w.state_bias + 2 * w.hidden, w.hidden, bias.data() + 2 * w.hidden);
    return bias;
  }

  void run(const T* x, Index rows, Index length, T* y, Index y_step) const {
    constexpr Index rows_at_once = 256;
    const Index steps = std::min(length, std::max<Index>(1, rows_at_once / rows)), width = 3 * hidden_;
    const Scratch<T> inputs(steps * rows * channels_), from_input(steps * rows * width);
    const Scratch<T> state(rows * hidden_), next(rows * hidden_);
    std::fill_n(state.data(), rows * hidden_, T(0));
    for (Index i = 0; i < length; i += steps) {
      const Index count = std::min(steps, length - i);
      const auto step = [&](Index k) { return reverse_ ? length - 1 - i - k : i + k; };
      for (Index k = 0; k < count; ++k)
        for (Index n = 0; n < rows; ++n)
          std::copy_n(x + (n * length + step(k)) * channels_, channels_,
                      inputs.data() + (k * rows + n) * channels_);
      input_({{.x = inputs.data(), .count = count * rows, .used = nullptr}, nullptr}, from_input.data());
      for (Index k = 0; k < count; ++k) {
        const T* const input = from_input.data() + k * rows * width;
        state_.each_row(state.data(), rows, [&](Index n, const T* sums, const T* bias) {
          T* const h = next.data() + n * hidden_;
          cell(input + n * width, sums, bias + 2 * hidden_, state.data() + n * hidden_, h);
          std::copy_n(h, hidden_, y + (n * length + step(k)) * y_step);
        });
        std::copy_n(next.data(), rows * hidden_, state.data());
      }
    }
  }

  // to = (1 - z) n + z h.
  void cell(const T* input, const T* state, const T* bias, const T* h, T* to) const {
    vectorized([=, size = hidden_] {
      simd_for(size, [=](Index i) {
        const T r = gate_sigmoid(input[i] + state[i]), z = gate_sigmoid(input[size + i] + state[size + i]);
        const T n = gate_tanh(input[2 * size + i] + r * (state[2 * size + i] + bias[i]));
        to[i] = n + z * (h[i] - n);
      });
    });
  }

  Index hidden_, channels_;
  bool reverse_;
  PackedDense<T> input_, state_;
};

}  // namespace EBB_NAMESPACE::cpu
