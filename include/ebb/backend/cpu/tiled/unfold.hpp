#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/tiled/windows.hpp"

/// Panels of b for convolutions: columns are output positions, numbered through all samples of the batch, and
/// a step is a (channel, tap) pair. Only a panel at a time is unfolded, never a whole batch.

namespace EBB_NAMESPACE::cpu::tiled {

/// What a column sees: column q belongs to sample q / per_sample; tap k of it reads position
/// (q % per_sample) * stride + taps[k] of each channel's row, zero outside of the row.
template <class T>
struct Unfold {
  const T* x = nullptr;  ///< the first channel's row of sample 0
  Index length = 0, sample = 0;
  Index columns = 0, per_sample = 0, stride = 1;
  std::vector<Index> taps;

  [[nodiscard]] Index tap_count() const { return static_cast<Index>(taps.size()); }
};

/// A stretch of lanes that read neighbours (stride apart) of one row.
struct Run {
  Index lane, count, from;
};

/// Channels [first, last) of `vectors` groups of columns from `column` on: out[((c - first) * taps + k) *
/// width + j], width = vectors * lanes. Columns that do not exist are filled with anything.
template <class T>
void unfold(const Kernels<T>& kernel, const Unfold<T>& u, Index first, Index last, Index column,
            Index vectors, T* out) {
  const Index lanes = kernel.lanes, width = vectors * lanes, taps = u.tap_count();
  bool neighbours = taps > 1 && u.stride > 1;  // taps that a gather may read together
  for (Index k = 1; k < taps; ++k)
    neighbours &= u.taps[static_cast<std::size_t>(k)] == u.taps[static_cast<std::size_t>(k - 1)] + 1;

  for (Index v = 0; v < vectors; ++v, out += lanes) {
    const Index begin = column + v * lanes, end = std::min(u.columns, begin + lanes);
    if (begin >= end) return;
    if (neighbours) {
      for (Index k = 0; k < taps; k += 8) {
        Windows<T> windows(u.length);
        for (Index q = begin; q < end; ++q)
          windows.set(q - begin, u.x + q / u.per_sample * u.sample + first * u.length,
                      q % u.per_sample * u.stride + u.taps[static_cast<std::size_t>(k)]);
        const Index count = std::min<Index>(8, taps - k);
        windows.read(count <= 4 ? kernel.gather4 : kernel.gather8,
                     {.step = u.length,
                      .count = last - first,
                      .out = out + k * width,
                      .out_step = taps * width,
                      .plane = width,
                      .taps = count},
                     lanes, count <= 4 ? 4 : 8);
      }
      continue;
    }
    for (Index k = 0; k < taps; ++k) {
      Run runs[max_lanes];
      Index run_count = 0;
      const Index tap = u.taps[static_cast<std::size_t>(k)];
      for (Index q = begin; q < end;) {
        const Index n = q / u.per_sample, j = q % u.per_sample, stop = std::min(end, (n + 1) * u.per_sample);
        // The columns of this sample whose position lies inside of the row.
        const Index skip = std::max<Index>(0, blocks_of(-(j * u.stride + tap), u.stride));
        const Index inside = blocks_of(u.length - j * u.stride - tap, u.stride);
        const Index from = std::min(q + skip, stop), to = std::clamp(q + inside, from, stop);
        if (to > from)
          runs[run_count++] = {from - begin, to - from,
                               n * u.sample + (j + from - q) * u.stride + tap + first * u.length};
        q = stop;
      }
      T* to = out + k * width;
      if (run_count == 1 && runs[0].count == lanes && u.stride == 1) {
        const T* const row = u.x + runs[0].from;
        kernel.copy(
            {.rows = &row, .step = u.length, .count = last - first, .out = to, .out_step = taps * width});
        continue;
      }
      for (Index c = 0; c < last - first; ++c, to += taps * width) {
        std::fill_n(to, lanes, T(0));
        for (Index r = 0; r < run_count; ++r) {
          const T* const from = u.x + runs[r].from + c * u.length;
          for (Index i = 0; i < runs[r].count; ++i) to[runs[r].lane + i] = from[i * u.stride];
        }
      }
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
