#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/epilogue.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/unfold.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Conv1D of groups of one channel, such as the first layer of a network on a signal: a result is a sum of
/// few products, so that reading and writing memory is all that takes time. A stretch of the channel's row is
/// dealt out by the stride and stays in first-level cache, while the filters' results are written one row
/// after another.

namespace EBB_NAMESPACE::cpu::tiled {

/// Filters of more taps are faster as tiles, which read a sample once for several filters.
inline bool is_one_channel(const Conv1DSizes& s) {
  constexpr Index most_taps = 8;
  return s.channels == s.groups && s.kernel <= most_taps;
}

/// w as the user has it. `end`: nothing is added.
template <class T>
[[gnu::cold]] void one_channel_conv1d(const Kernels<T>& kernel, const T* x, const T* w,
                                      const Epilogue<T>& end, T* y, const Conv1DSizes& s) {
  // A task: so many filters over so many positions, whose samples take 32 KB at most.
  constexpr Index rows = 64;
  const Index width = std::max<Index>((32 << 10) / (s.stride * static_cast<Index>(sizeof(T))), kernel.lanes);
  // What does not stay in cache until it is read had better not be fetched to be written.
  constexpr Index cached = Index{16} << 20;
  const Index m = s.out_length(), filters = s.filters / s.groups;
  const Index parts = blocks_of(filters, rows), stretches = blocks_of(m, width);
  const Index reach = (s.kernel - 1) * s.dilation / s.stride;
  const Index plane = round_up(std::min(m, width) + reach, kernel.lanes) + kernel.lanes;
  const bool stream = s.batch * s.filters * m * static_cast<Index>(sizeof(T)) > cached;
  parallel_for(s.batch * s.groups * parts * stretches, 1, [&](Index first, Index last) {
    const Scratch<T> dealt(s.stride * plane);
    std::fill_n(dealt.data(), s.stride * plane, T(0));  // leftovers may be denormal, which is slow
    std::vector<const T*> taps;
    for (Index k = 0; k < s.kernel; ++k)
      taps.push_back(dealt.data() + k * s.dilation % s.stride * plane + k * s.dilation / s.stride);
    for (Index task = first; task < last; ++task) {
      const Index from = task % stretches * width, count = std::min(width, m - from);
      const Index part = task / stretches % parts, row = task / stretches / parts;
      const Index f = row % s.groups * filters + part * rows;
      deal_row(kernel, x + row * s.length, s.length, from * s.stride - s.padding, s.stride, count + reach,
               dealt.data(), plane);
      kernel.correlate({.x = taps.data(),
                        .taps = s.kernel,
                        .weights = w + f * s.kernel,
                        .bias = end.from(f, 0).bias,
                        .relu = end.relu,
                        .stream = stream,
                        .y = y + (row / s.groups * s.filters + f) * m + from,
                        .y_row = m,
                        .rows = std::min(rows, filters - part * rows),
                        .length = count});
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
