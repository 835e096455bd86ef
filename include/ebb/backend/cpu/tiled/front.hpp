#pragma once

#include <vector>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/one_channel.hpp"
#include "ebb/backend/cpu/tiled/unfold.hpp"
#include "ebb/backend/sizes.hpp"

/// A layer of one channel in front of a convolution: each of its results is so few products that it is
/// computed wherever a tap sees it, and the rows of results, which are most of the memory, are nowhere.

namespace EBB_NAMESPACE::cpu::tiled {

template <class T>
struct Front {
  Conv1DSizes sizes;
  const T* weights;  ///< as the user has them
  Epilogue<T> end;   ///< nothing is added
};

/// Whether `s` can be in front of `next`, which is done by Winograd's method or not, and is better there.
inline bool is_front(const Conv1DSizes& s, const Conv1DSizes& next, bool winograd) {
  constexpr Index most = 2;       // times that a result is computed, on average
  constexpr Index longest = 128;  // stretch of the input that a tile of results sees
  const bool fits =
      winograd ? 8 * s.stride + (s.kernel - 1) * s.dilation <= longest : next.kernel <= most * next.stride;
  return is_one_channel(s) && s.groups == 1 && !is_one_channel(next) && next.groups == 1 &&
         next.padding == 0 && fits;
}

/// What `unfold` makes of the results of u.front.
template <class T>
[[gnu::cold]] void unfold_results(const Kernels<T>& kernel, const Unfold<T>& u,
                                  const std::vector<Stretch>& stretches, const Panels& panels, T* out) {
  const Front<T>& front = *u.front;
  const Conv1DSizes& s = front.sizes;
  Unfold<T> input = u;
  input.length = input.sample = s.length;
  input.stride *= s.stride;
  input.taps.clear();
  for (const Index tap : u.taps)
    for (Index k = 0; k < s.kernel; ++k) input.taps.push_back(tap * s.stride + k * s.dilation - s.padding);
  const Index seen = input.tap_count(), steps = s.filters * u.tap_count();
  const Scratch<T> samples(seen * panels.vectors * kernel.lanes);
  unfold(kernel, input, 1, stretches, panels, samples.data());
  std::vector<const T*> rows(static_cast<std::size_t>(s.kernel));
  for (Index panel = 0; panel < panels.count; ++panel) {
    const Index column = panels.first(panel) * kernel.lanes, width = panels.width(panel) * kernel.lanes;
    const T* from = samples.data() + column * seen;
    T* to = out + column * steps;
    for (Index tap = 0; tap < u.tap_count(); ++tap, to += s.filters * width) {
      for (const T*& row : rows) {
        row = from;
        from += width;
      }
      kernel.correlate({.x = rows.data(),
                        .taps = s.kernel,
                        .weights = front.weights,
                        .bias = front.end.bias,
                        .relu = front.end.relu,
                        .y = to,
                        .y_row = width,
                        .rows = s.filters,
                        .length = width});
    }
  }
}

/// Neighbouring results that are transformed together: `points` from every `step`th one on, in the order of
/// their samples.
template <class T>
struct FrontTiles {
  Index points, step, per_sample;
  typename Kernels<T>::ComputeKernel compute;
};

/// Tiles [first, last) of the results, transformed: in each point, at a distance of `plane`,
/// [panel][channel][lane].
template <class T>
[[gnu::cold]] void transform_results(const Kernels<T>& kernel, const Front<T>& front, const T* x,
                                     const FrontTiles<T>& tiles, Index first, Index last,
                                     const Panels& panels, T* out, Index plane) {
  const Conv1DSizes& s = front.sizes;
  // All that the results of a tile see.
  Unfold<T> input{.x = x,
                  .length = s.length,
                  .sample = s.length,
                  .per_sample = tiles.per_sample,
                  .stride = tiles.step * s.stride,
                  .taps = {}};
  const Index seen = (tiles.points - 1) * s.stride + (s.kernel - 1) * s.dilation + 1, lanes = kernel.lanes;
  for (Index i = 0; i < seen; ++i) input.taps.push_back(i - s.padding);
  const Scratch<T> samples(seen * panels.vectors * lanes);
  unfold(kernel, input, 1, stretches_of(first, last, tiles.per_sample), panels, samples.data());
  for (Index v = 0; v < panels.vectors; ++v) {
    const Index panel = panels.of(v), width = panels.width(panel) * lanes;
    const Index column = panels.first(panel) * lanes, lane = v * lanes - column;
    tiles.compute({.x = samples.data() + column * seen + lane,
                   .x_sample = s.stride * width,
                   .x_tap = s.dilation * width,
                   .taps = s.kernel,
                   .weights = front.weights,
                   .bias = front.end.bias,
                   .relu = front.end.relu,
                   .count = s.filters,
                   .out = out + column * s.filters + lane,
                   .out_step = width,
                   .plane = plane});
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
