#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/one_channel.hpp"
#include "ebb/backend/cpu/tiled/packed_call.hpp"
#include "ebb/backend/cpu/tiled/unfolded_product.hpp"
#include "ebb/backend/sizes.hpp"

/// Conv1D and the gradient of its input as products with unfolded positions, for any stride, padding,
/// dilation and groups; groups of one channel have a way of their own forward. Functions that cut the work
/// and leave it to kernels are marked cold, though every step calls them: that compiles them for size, in
/// less time.

namespace EBB_NAMESPACE::cpu::tiled {

/// Numbers that pack_conv1d_weights writes at most.
template <class T>
Index conv1d_weights_size(const Kernels<T>& kernel, const Conv1DSizes& s) {
  return s.channels * s.kernel * round_up(s.filters / s.groups, kernel.rows);
}

/// The weights as conv1d_packed takes them: operand a of every group, or as they are for groups of one
/// channel.
template <class T>
[[gnu::cold]] void pack_conv1d_weights(const Kernels<T>& kernel, const T* w, const Conv1DSizes& s, T* out) {
  if (is_one_channel(s)) {
    std::copy_n(w, s.filters * s.kernel, out);
    return;
  }
  const Index filters = s.filters / s.groups, channels = s.channels / s.groups;
  std::vector<Index> taps;
  for (Index k = 0; k < s.kernel; ++k) taps.push_back(k);
  for (Index g = 0; g < s.groups; ++g, out += conv1d_weights_size(kernel, s) / s.groups) {
    const T* const from = w + g * filters * channels * s.kernel;
    pack_weights(kernel, {from, filters, channels * s.kernel, channels, s.kernel}, taps, out);
  }
}

/// `end.added` may be y; of groups of one channel it is not used.
template <class T>
[[gnu::cold]] void conv1d_packed(const Kernels<T>& kernel, const PackedCall<T>& call) {
  const Conv1DSizes& s = call.sizes;
  const MaxWindows& pool = call.pool;
  if (is_one_channel(s)) {
    one_channel_conv1d(kernel, call.x, call.weights, call.end, call.y, s);
    return;
  }
  const Index filters = s.filters / s.groups, channels = s.channels / s.groups;
  const Index m = pool.count(s.out_length());
  for (Index g = 0; g < s.groups; ++g) {
    const T* const weights = call.weights + g * (conv1d_weights_size(kernel, s) / s.groups);
    Unfold<T> u{.x = call.x + g * channels * s.length,
                .length = s.length,
                .sample = s.channels * s.length,
                .columns = s.batch * m * pool.stride,
                .per_sample = m * pool.stride,
                .stride = s.stride,
                .taps = {},
                .front = call.front};
    for (Index k = 0; k < s.kernel; ++k) u.taps.push_back(k * s.dilation - s.padding);
    multiply_unfolded(kernel, u, channels, {{.weights = weights, .step = 0, .steps = channels * s.kernel}},
                      call.end.from(g * filters, g * filters * m),
                      {.y = call.y + g * filters * m,
                       .rows = filters,
                       .length = m,
                       .sample_step = s.filters * m,
                       .pool = pool});
  }
}

template <class T>
void conv1d(const Kernels<T>& kernel, const T* x, const T* w, const T* bias, T* y, const Conv1DSizes& s) {
  if (is_one_channel(s)) {
    one_channel_conv1d(kernel, x, w, {.bias = bias}, y, s);
    return;
  }
  const Scratch<T> weights(conv1d_weights_size(kernel, s));
  pack_conv1d_weights(kernel, w, s, weights.data());
  conv1d_packed(kernel, {.x = x, .weights = weights.data(), .end = {.bias = bias}, .y = y, .sizes = s});
}

/// The taps that reach the samples of one phase: tap k of dilation d reaches phase k d % stride, where it
/// reads dy k d / stride positions back.
struct Phase {
  std::vector<Index> taps;
  Index begin = 0;  ///< of its shifts among all
};

/// All shifts that occur, in an order in which every phase's are neighbours. (The shifts of a phase are d /
/// gcd(d, stride) apart and begin below that; hence two phases have either none in common or all of those of
/// the shorter one.)
[[gnu::cold]] inline std::vector<Index> order_shifts(const Conv1DSizes& s, std::vector<Phase>& phases) {
  std::vector<Index> shifts;
  const auto shift = [&](Index tap) { return tap * s.dilation / s.stride; };
  for (Index count = s.kernel; count > 0; --count) {
    for (Phase& phase : phases) {
      if (static_cast<Index>(phase.taps.size()) != count) continue;
      phase.begin = std::find(shifts.begin(), shifts.end(), shift(phase.taps[0])) - shifts.begin();
      if (phase.begin == static_cast<Index>(shifts.size()))
        for (const Index tap : phase.taps) shifts.push_back(shift(tap));
    }
  }
  return shifts;
}

/// dx at position q stride + phase - padding is the sum over filters and over the taps k of that phase of
/// w[f][c][k] dy[f][q - k dilation / stride]: for each phase a convolution of stride 1 over dy. The phases
/// share what is unfolded of dy. Few channels have them all in one product, with weights of 0 where a phase
/// has no tap: the rows of a tile would stay empty otherwise.
template <class T>
[[gnu::cold]] void conv1d_input_gradient(const Kernels<T>& kernel, const T* dy, const T* w, T* dx,
                                         const Conv1DSizes& s) {
  const Index filters = s.filters / s.groups, channels = s.channels / s.groups, m = s.out_length();
  std::vector<Phase> phases(static_cast<std::size_t>(s.stride));
  for (Index k = 0; k < s.kernel; ++k)
    phases[static_cast<std::size_t>(k * s.dilation % s.stride)].taps.push_back(k);
  const std::vector<Index> shifts = order_shifts(s, phases);
  const auto shift_count = static_cast<Index>(shifts.size());
  const bool one_product = s.stride * channels <= kernel.rows;

  const Index first = s.padding / s.stride, count = blocks_of(s.length + s.padding, s.stride) - first;
  Unfold<T> u{
      .length = m, .sample = s.filters * m, .columns = s.batch * count, .per_sample = count, .taps = {}};
  for (const Index shift : shifts) u.taps.push_back(first - shift);
  const Index rows = round_up(channels, kernel.rows);
  const Scratch<T> weights(filters * (one_product ? kernel.rows * shift_count : rows * s.kernel));
  for (Index g = 0; g < s.groups; ++g) {
    const T* const w_g = w + g * filters * channels * s.kernel;
    std::vector<Factor<T>> factors;
    if (one_product) {
      std::fill_n(weights.data(), shift_count * filters * kernel.rows, T(0));
      for (Index row = 0; row < s.stride * channels; ++row) {
        const Phase& phase = phases[static_cast<std::size_t>(row / channels)];
        T* to = weights.data() + phase.begin * filters * kernel.rows + row;
        for (const Index tap : phase.taps)
          for (Index f = 0; f < filters; ++f, to += kernel.rows)
            *to = w_g[(f * channels + row % channels) * s.kernel + tap];
      }
      factors.push_back({.weights = weights.data(), .step = 0, .steps = shift_count * filters});
    } else {
      T* packed = weights.data();
      for (const Phase& phase : phases) {
        const auto taps = static_cast<Index>(phase.taps.size());
        pack_weights(kernel, {w_g, channels, s.kernel, filters, channels * s.kernel}, phase.taps, packed);
        factors.push_back({.weights = packed,
                           .step = phase.begin * filters,
                           .steps = taps * filters,
                           .plane = static_cast<Index>(factors.size())});
        packed += rows * taps * filters;
      }
    }
    u.x = dy + g * filters * m;
    multiply_unfolded(kernel, u, filters, factors, {},
                      {.y = dx + g * channels * s.length,
                       .rows = channels,
                       .length = s.length,
                       .sample_step = s.channels * s.length,
                       .start = first * s.stride - s.padding,
                       .phases = s.stride});
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
