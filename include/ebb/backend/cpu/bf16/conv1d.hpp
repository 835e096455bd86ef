#pragma once

#include <algorithm>
#include <numeric>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/bf16/block.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Conv1D in blocks of filters x outputs, for any stride, padding, dilation and groups. The inner axis is
/// (tap, channel), so pairs are neighbouring channels. A sample's rows are rounded once into a panel of pairs
/// that stays in second-level cache; there is no unrolled input.
///
/// The 16 columns of a tile are not neighbours: outputs are cut into 16 segments of `width`, and tile r takes
/// output r of every segment. In the panel, line u of a row holds what lies u samples behind the beginning of
/// each segment, so that tile r meets line r stride + k dilation with tap k: a cache line as a whole, for
/// every tap and stride. (Neighbouring outputs would meet lines cut in two, which tiles load at a fifth of
/// the speed.) Packing is a transposition for this, and so is the way from the sums to y.

namespace EBB_NAMESPACE::cpu::bf16 {

/// How the taps and channels of a filter are cut into steps. Steps do not end with a tap: the 32 elements
/// that begin at (tap k, channel c) go on with channel 0 of tap k + 1. In the panel, row pairs behind the
/// last channel therefore repeat the first ones, one tap later.
struct InnerAxis {
  InnerAxis(Index channel_count, Index kernel)
      : channels(channel_count),
        // Few elements are one step, in which every tap has rows of its own; otherwise no pair may span taps.
        period(channels * kernel <= step_size ? channels : round_up(channels, 2)),
        elements(period * kernel),
        steps(blocks_of(elements, step_size)),
        depth(steps > 1 ? tile_size : std::max<Index>(1, blocks_of(elements, 2))) {
    for (Index step = 0; step < steps; ++step) rows = std::max(rows, start(step) % period + 2 * depth);
  }

  /// First element of a step. The last step goes back over what the one before has taken, with weights of
  /// zero there: further on it would meet samples that the filter does not cover, which may be infinite.
  [[nodiscard]] Index start(Index step) const {
    return steps > 1 ? std::min(step * step_size, elements - step_size) : 0;
  }

  Index channels, period, elements, steps, depth;
  Index rows = 0;  ///< of elements in the panel, two for a row of pairs
};

/// The weights (filters, channels / groups, kernel) of a Conv1D, rounded and cut into tiles.
class Conv1DWeights {
 public:
  /// `sizes` without batch and length.
  template <class T>
  Conv1DWeights(const T* w, const Conv1DSizes& s)
      : axis_(s.channels / s.groups, s.kernel),
        row_tiles_(blocks_of(s.filters / s.groups, tile_size)),
        tiles_(static_cast<std::size_t>(s.groups * row_tiles_ * axis_.steps)) {
    const Index filters = s.filters / s.groups;
    for (Index f = 0; f < s.filters; ++f, w += axis_.channels * s.kernel) {
      const Index row = f % filters;
      Tile* const tile = tiles_.data() + (f / filters * row_tiles_ + row / tile_size) * axis_.steps;
      for (Index step = 0; step < axis_.steps; ++step) {
        for (Index i = 0; i < 2 * axis_.depth; ++i) {
          const Index element = axis_.start(step) + i, channel = element % axis_.period;
          if (element < step * step_size || element >= axis_.elements || channel >= axis_.channels) continue;
          const auto weight = bfloat16(static_cast<float>(w[channel * s.kernel + element / axis_.period]));
          tile[step].pairs[row % tile_size * tile_size + i / 2] |= static_cast<Pair>(weight.bits)
                                                                   << (i % 2 * 16);
        }
      }
    }
  }

  [[nodiscard]] const InnerAxis& axis() const { return axis_; }
  /// The tiles from one of the first filters of 16 of a group on; those of the next 16 are `steps` further.
  [[nodiscard]] const Tile* tiles(Index group, Index filter) const {
    return tiles_.data() + (group * row_tiles_ + filter / tile_size) * axis_.steps;
  }

 private:
  InnerAxis axis_;
  Index row_tiles_;
  std::vector<Tile> tiles_;
};

/// How the part of a sample that some outputs need lies in a panel.
struct PanelShape {
  PanelShape(const InnerAxis& axis, const Conv1DSizes& s, Index outputs)
      : width(blocks_of(outputs, tile_size)),
        lines((width - 1) * s.stride + (s.kernel - 1) * s.dilation + 1),
        // An odd number of cache lines: the rows of a tile are then spread over all sets of the cache.
        row((lines | 1) * tile_size),
        rows(axis.rows / 2) {}

  [[nodiscard]] Index offset(const InnerAxis& axis, const Conv1DSizes& s, Index step) const {
    const Index element = axis.start(step);
    return element % axis.period / 2 * row + element / axis.period * s.dilation * tile_size;
  }
  /// Samples from the first to the last of a row, and some that are only read.
  [[nodiscard]] Index samples(const Conv1DSizes& s) const {
    return (tile_size - 1) * width * s.stride + lines + 3;
  }

  Index width, lines, row, rows;
};

/// Rounds x (channels, length) of one group, from what the first tap of output `first` meets on.
template <class T>
void pack_panel(const Kernel& kernel, const InnerAxis& axis, const PanelShape& shape, const Conv1DSizes& s,
                const T* x, Index first, Pair* line, Pair* panel) {
  struct Row {  // Element i of the line is x[i], for begin <= i < end; others are padding.
    Row(const InnerAxis& axis, const Conv1DSizes& s, const T* from, Index element, Index first, Index count) {
      if (element >= axis.elements || element % axis.period >= axis.channels) return;
      const Index start = first * s.stride + element / axis.period * s.dilation - s.padding;
      begin = std::clamp<Index>(-start, 0, count);
      end = std::clamp<Index>(s.length - start, begin, count);
      x = from + element % axis.period * s.length;
      shift = start;
    }
    [[nodiscard]] Pair operator[](Index i) const {
      return i >= begin && i < end ? bfloat16(static_cast<float>(x[i + shift])).bits : Pair(0);
    }
    const T* x = nullptr;
    Index shift = 0, begin = 0, end = 0;
  };
  const Index count = shape.samples(s);
  for (Index pair = 0; pair < shape.rows; ++pair, panel += shape.row) {
    const Row even(axis, s, x, 2 * pair, first, count), odd(axis, s, x, 2 * pair + 1, first, count);
    const Index begin = std::min(std::max(even.begin, odd.begin), count);
    const Index end = std::max(begin, std::min(even.end, odd.end));
    for (Index i = 0; i < begin; ++i) line[i] = even[i] | odd[i] << 16;
    if (begin < end) {
      const T *const from_even = even.x + begin + even.shift, *const from_odd = odd.x + begin + odd.shift;
      if constexpr (std::is_same_v<T, float>) {
        kernel.interleave(from_even, from_odd, end - begin, line + begin);
      } else {
        kernel.interleave_bfloat16(from_even, from_odd, end - begin, line + begin);
      }
    }
    for (Index i = end; i < count; ++i) line[i] = even[i] | odd[i] << 16;
    kernel.deal(line, shape.width * s.stride, shape.lines, panel);
  }
}

/// y = x * w + bias, cut off below 0 where `relu` is set: x (batch, channels, length) of float or bfloat16, y
/// (batch, filters, out_length). No bias: null.
template <class T>
void conv1d(const Kernel& kernel, const Conv1DWeights& weights, const T* x, const float* bias, bool relu,
            float* y, const Conv1DSizes& s) {
  const InnerAxis& axis = weights.axis();
  if (s.batch == 0 || s.filters == 0) return;
  const Index m = s.out_length(), filters = s.filters / s.groups, channels = s.channels / s.groups;
  // What fits the second-level cache beside the weights; less, so that every thread has work. How the
  // outputs are cut changes no result.
  constexpr Index panel_size = 512 * 1024 / sizeof(Pair);
  const Index fitting = std::max(block_size, 2 * panel_size / std::max<Index>(1, axis.rows * s.stride));
  const Index samples = s.batch * s.groups, threads = num_threads();
  const Index wanted = samples < 4 * threads ? threads / std::gcd(samples, threads) : 1;
  const Index parts = std::max(blocks_of(m, fitting), std::min(wanted, blocks_of(m, block_size)));
  const Index outputs = parts > 1 ? round_up(blocks_of(m, parts), tile_size) : m;
  const Index chunks = blocks_of(m, outputs);

  const Index slice = steps_at_once(axis.steps);
  const PanelShape shape(axis, s, outputs);
  const Scratch<Index> offsets(axis.steps);
  for (Index step = 0; step < axis.steps; ++step) offsets.data()[step] = shape.offset(axis, s, step);

  // An output that no cache holds until somebody reads it need not be read before it is written.
  const bool stream = s.batch * s.filters * m * static_cast<Index>(sizeof(float)) >= 16 << 20;
  // While a sample is computed, the next one comes from memory.
  const Index sample = channels * s.length;
  const Index grain = chunks == 1 ? std::clamp<Index>(samples / (4 * threads), 1, 8) : 1;
  const Index steps = blocks_of(filters, block_size) * blocks_of(shape.width, 2) * axis.steps;
  const Index lines = blocks_of(sample * static_cast<Index>(sizeof(T)), 64);

  parallel_for(samples * chunks, grain, [&](Index first_block, Index last_block) {
    // `deal` and `collect` move four lines even where there are fewer.
    constexpr Index spare = 3 * tile_size;
    const Scratch<Pair> panel(shape.rows * shape.row + spare), line(shape.samples(s));
    const Index sums_row = (shape.width | 1) * tile_size;  // odd for the reason that the panel's is
    const Scratch<float> sums(block_size * sums_row + spare), results(outputs + tile_size);
    for (Index block = first_block; block < last_block; ++block) {
      const Index from = block / chunks, g = from % s.groups;
      const Index first = block % chunks * outputs, count = std::min(outputs, m - first);
      const bool more = block + 1 < last_block;
      const char* ahead = more ? reinterpret_cast<const char*>(x + (from + 1) * sample) : nullptr;
      const Index ahead_lines = more ? blocks_of(lines, std::max<Index>(1, steps)) : 0;
      pack_panel(kernel, axis, shape, s, x + from * sample, first, line.data(), panel.data());
      kernel.begin(axis.depth);
      for (Index f = 0; f < filters; f += block_size) {
        const Index rows = std::min(block_size, filters - f);
        for (Index step = 0; step == 0 || step < axis.steps; step += slice) {
          const Index count_of_steps = std::min(slice, axis.steps - step);
          for (Index r = 0; r < shape.width; r += 2, ahead += count_of_steps * ahead_lines * 64) {
            kernel.block({.steps = count_of_steps,
                          .depth = axis.depth,
                          .rows = rows,
                          .columns = std::min(block_size, (shape.width - r) * tile_size),
                          .a = weights.tiles(g, f) + step,
                          .a_next = axis.steps,
                          .b = panel.data() + r * s.stride * tile_size,
                          .b_row = shape.row,
                          .b_next = s.stride * tile_size,
                          .offsets = offsets.data() + step,
                          .add = step > 0,
                          .y = sums.data() + r * tile_size,
                          .y_row = sums_row,
                          .y_next = tile_size,
                          .ahead = ahead,
                          .ahead_lines = ahead_lines});
          }
        }
        for (Index row = 0; row < rows; ++row) {
          const Index filter = g * filters + f + row;
          float* const out = y + ((from / s.groups) * s.filters + filter) * m + first;
          float* const row_of_y =
              stream ? results.data() + reinterpret_cast<std::uintptr_t>(out) % 64 / sizeof(float) : out;
          kernel.collect(sums.data() + row * sums_row, shape.width, count, bias ? bias[filter] : 0.0f, relu,
                         row_of_y);
          if (stream) kernel.stream(row_of_y, count, out);
        }
      }
      kernel.end();
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::bf16
