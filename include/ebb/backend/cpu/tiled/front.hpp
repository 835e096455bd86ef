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
  const T* bias;     ///< or null
  bool relu;         ///< negative results become 0
};

/// Whether `s` can be in front of `next`, and is better there.
inline bool is_front(const Conv1DSizes& s, const Conv1DSizes& next) {
  constexpr Index most = 2;  // times that a result is computed
  return is_one_channel(s) && s.groups == 1 && !is_one_channel(next) && next.groups == 1 &&
         next.padding == 0 && next.kernel <= most * next.stride;
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
                        .bias = front.bias,
                        .relu = front.relu,
                        .y = to,
                        .y_row = width,
                        .rows = s.filters,
                        .length = width});
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
