#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

#include "ebb/backend/cpu/epilogue.hpp"
#include "ebb/backend/cpu/pool1d.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/front.hpp"
#include "ebb/backend/cpu/tiled/panels.hpp"
#include "ebb/backend/cpu/tiled/unfold.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Products of packed weights with unfolded positions, which stay in second-level cache while all rows of the
/// weights use them. Results are summed in a block in cache, too, part by part of the steps, and leave
/// it as long stretches of rows.

namespace EBB_NAMESPACE::cpu::tiled {

/// Filters of `rows` rows: tap k of a channel at w + row * row_step + channel * channel_step + k.
template <class T>
struct Filters {
  const T* w;
  Index rows, row_step, channels, channel_step;
};

/// Operand a: [block of kernel.rows rows][step][row], the steps in the order (tap, channel). Rows behind the
/// last one repeat it.
template <class T>
[[gnu::cold]] void pack_weights(const Kernels<T>& kernel, const Filters<T>& filters,
                                const std::vector<Index>& taps, T* out) {
  const Index block = kernel.rows, steps = static_cast<Index>(taps.size()) * filters.channels;
  parallel_for(blocks_of(filters.rows, block), 1, [&](Index first, Index last) {
    for (Index row = first * block; row < last * block; ++row) {
      const T* const w = filters.w + std::min(row, filters.rows - 1) * filters.row_step;
      T* to = out + row / block * steps * block + row % block;
      for (const Index tap : taps)
        for (Index c = 0; c < filters.channels; ++c, to += block) *to = w[c * filters.channel_step + tap];
    }
  });
}

/// Packed weights that are multiplied with the unfolded steps from `step` on, for a plane of results.
template <class T>
struct Factor {
  const T* weights;
  Index step, steps;
  Index plane = 0;
};

/// Where results go. Of every sample's columns, column j of phase p of row r is
/// y[sample * sample_step + r * length + start + j * phases + p], if that lies inside of the row.
template <class T>
struct Target {
  T* y = nullptr;
  Index rows = 0, length = 0, sample_step = 0;
  Index start = 0, phases = 1;
  /// Of a sample's columns, which are whole windows, one phase; rows of y are those of the maxima. The stride
  /// divides the columns of a panel (which are multiples of 12), so that no window lies in two blocks.
  MaxWindows pool = {};
};

/// Columns that are unfolded together: at most 9/8 MB, and enough blocks for every thread. Whole samples if
/// few lanes stay empty, because processors foresee nothing better than whole rows; otherwise whole panels.
template <class T>
Index block_columns(const Kernels<T>& kernel, const Unfold<T>& u, Index steps) {
  const Index column = std::max<Index>(1, steps) * static_cast<Index>(sizeof(T));
  const Index most = std::min({(9 << 17) / column, blocks_of(u.columns, 2 * num_threads()), Index(512)});
  for (Index n = most / u.per_sample; n > 0; --n) {
    const Index columns = n * u.per_sample;
    if (32 * (round_up(columns, kernel.lanes) - columns) <= columns) return columns;
  }
  return std::max<Index>(1, most / kernel.columns()) * kernel.columns();
}

/// Nothing can be added where there are several phases or maxima.
///
/// Every phase of the target is a plane, which factors add up to; or there is one factor with the rows of all
/// phases, phase by phase, at most kernel.rows rows.
template <class T>
void multiply_unfolded(const Kernels<T>& kernel, const Unfold<T>& u, Index channels,
                       const std::vector<Factor<T>>& factors, const Epilogue<T>& end,
                       const Target<T>& target) {
  if (target.rows == 0 || u.columns == 0) return;
  constexpr Index part_steps = 200;
  const auto size = static_cast<Index>(sizeof(T));
  const MaxWindows& pool = target.pool;
  const bool one_factor = factors.size() == 1, in_rows = reads_rows(u);
  const Index planes = one_factor ? 1 : target.phases;
  const Index lanes = kernel.lanes, steps = channels * u.tap_count();
  const Index block = block_columns(kernel, u, steps), columns = round_up(block, lanes);
  // Rows that are summed together: 128 KB of results.
  const Index rows = one_factor ? target.rows * target.phases : target.rows;
  assert(!one_factor || target.phases == 1 || rows <= kernel.rows);
  const Index direct_rows = rows / kernel.rows * kernel.rows;
  const Index chunk = std::clamp<Index>((128 << 10) / (columns * planes * size * kernel.rows), 1,
                                        blocks_of(rows, kernel.rows)) *
                      kernel.rows;
  parallel_for(blocks_of(u.columns, block), 1, [&](Index first_block, Index last_block) {
    const Scratch<T> samples(steps * columns), sums(planes * chunk * columns + lanes);
    for (Index b = first_block; b < last_block; ++b) {
      const Index end_column = std::min(u.columns, (b + 1) * block);
      const Panels panels(blocks_of(end_column - b * block, lanes));
      const std::vector<Stretch> stretches = stretches_of(b * block, end_column, u.per_sample);
      u.front ? unfold_results(kernel, u, stretches, panels, samples.data())
              : unfold(kernel, u, channels, stretches, panels, samples.data());
      // Short sums are soon done: their whole tiles are written where they belong at once.
      T* direct = nullptr;
      Index direct_columns = 0;
      if (target.phases == 1 && pool.stride == 1 && steps <= part_steps && stretches.size() == 1) {
        direct = target.y + stretches[0].sample * target.sample_step + stretches[0].position;
        for (Index panel = 0; panels.first(panel) * lanes <= stretches[0].count; ++panel)
          direct_columns = panels.first(panel) * lanes;
      }
      for (Index first = 0; first < rows; first += chunk) {
        const Index last = std::min(rows, first + chunk);
        for (const Factor<T>& factor : factors) {
          T* const plane = sums.data() + factor.plane * chunk * columns;
          const Index parts = std::max<Index>(1, blocks_of(factor.steps, part_steps));
          for (Index panel = 0; panel < panels.count; ++panel) {
            const Index width = panels.width(panel) * lanes, column = panels.first(panel) * lanes;
            const T* const lying = in_rows ? panel_in_row(u, b * block + column, width) : nullptr;
            const T* const steps_at = lying ? lying + u.taps[0] : samples.data() + column * steps;
            const Index step_size = lying ? u.length : width;
            for (Index part = 0; part < parts; ++part) {
              const Index step = part * factor.steps / parts, last_step = (part + 1) * factor.steps / parts;
              for (Index row = first; row < last; row += kernel.rows) {
                const bool whole = column < direct_columns && row < direct_rows;
                const Index at = row * target.length + column;
                alignas(64) T start[max_rows]{};
                if (end.bias && part == 0)
                  std::copy_n(end.bias + row, std::min(kernel.rows, rows - row), start);
                kernel.product[static_cast<std::size_t>(panels.width(panel) - 1)](
                    {.steps = last_step - step,
                     .a = factor.weights + row * factor.steps + step * kernel.rows,
                     .a_step = kernel.rows,
                     .b = steps_at + (factor.step + step) * step_size,
                     .b_step = step_size,
                     .bias = start,
                     .added = whole && end.added ? end.added + (direct - target.y) + at : nullptr,
                     .added_row = target.length,
                     .add = part > 0,
                     .relu = end.relu && part + 1 == parts && (whole || !end.added),
                     .y = whole ? direct + at : plane + (row - first) * columns + column,
                     .y_row = whole ? target.length : columns});
              }
            }
          }
        }
        // One factor of several phases is one chunk: all of its rows fit a tile.
        const Index first_row = one_factor ? first / target.phases : first;
        const Index last_row = one_factor ? last / target.phases : last;
        const Index plane = one_factor ? (last_row - first_row) * columns : chunk * columns;
        for (const Stretch& s : stretches) {
          T* const y = target.y + s.sample * target.sample_step;
          for (Index row = first_row; row < last_row; ++row) {
            const T* const sum = sums.data() + (row - first_row) * columns + s.column;
            if (pool.stride > 1) {
              Pool1D::max_pool1d(
                  sum, y + row * target.length + s.position / pool.stride,
                  static_cast<std::int32_t*>(nullptr),
                  {.rows = 1, .length = s.count, .kernel = pool.kernel, .stride = pool.stride});
              continue;
            }
            const Index done = row < direct_rows ? direct_columns : 0;
            if (end.added) {
              const Index at = s.sample * target.sample_step + row * target.length + s.position + done;
              finish(sum + done, end.added + at, end.relu, target.y + at, s.count - done);
              continue;
            }
            interleave_row(kernel, sum + done, plane, s.count - done, target.phases, y + row * target.length,
                           target.length, target.start + (s.position + done) * target.phases);
          }
        }
      }
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
