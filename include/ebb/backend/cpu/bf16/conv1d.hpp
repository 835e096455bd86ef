#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
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
/// output r of every segment. With a width of 4:
///
///     outputs     0 1 2 3 | 4 5 6 7 | 8 9 10 11 | ... | 60 61 62 63
///     segment        0         1          2                 15
///     tile 1        ^         ^          ^                    ^         outputs 1, 5, 9, ..., 61
///
/// In the panel, line u of a row holds what lies u samples behind the beginning of each segment. A row is
/// that of a pair of channels; with stride 1, no padding and 3 taps (x[i]: the pair of samples i):
///
///     line 0      x[0]  x[4]  x[8]  ...  x[60]      64 bytes: one cache line, one row of a tile
///     line 1      x[1]  x[5]  x[9]  ...  x[61]
///     ...
///     line 5      x[5]  x[9]  x[13] ...  x[65]      the last that tap 2 of output 3 meets
///
/// so that tile r meets line r stride + k dilation with tap k: a cache line as a whole, for every tap and
/// stride. (Neighbouring outputs would meet lines cut in two, which tiles load at a fifth of the speed.)
/// Packing is a transposition for this, and so is the way from the sums to y: sums lie as lines, too, line r
/// of a filter's row being tile r.
///
///     x (channels, length)  -- pack_panel -->  panel [pair of channels][line][segment]
///                           -- products -->    sums  [filter][line][segment]
///                           -- store -->       y (filters, outputs)
///
/// A convolution behind another one needs neither: where the segments of the first are those of the second,
/// and reach over what lies between two of them, line r of its sums is line r of the second's panel. And max
/// pooling is the largest of neighbouring lines.

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

/// How the part of a sample that some outputs need lies in a panel: `width` of each segment, which begin
/// `distance` outputs after another.
struct PanelShape {
  PanelShape(const InnerAxis& axis, const Conv1DSizes& s, Index outputs, Index between)
      : width(outputs),
        distance(between),
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
    return (tile_size - 1) * distance * s.stride + lines + 3;
  }

  Index width, distance, lines, row, rows;
};

/// Rounds x (channels, length) of one group, from what the first tap of output `first` meets on.
inline void pack_panel(const Kernel& kernel, const InnerAxis& axis, const PanelShape& shape,
                       const Conv1DSizes& s, const float* x, Index first, Pair* line, Pair* panel) {
  struct Row {  // Element i of the line is x[i], for begin <= i < end; others are padding.
    Row(const InnerAxis& axis, const Conv1DSizes& s, const float* from, Index element, Index first,
        Index count) {
      if (element >= axis.elements || element % axis.period >= axis.channels) return;
      const Index start = first * s.stride + element / axis.period * s.dilation - s.padding;
      begin = std::clamp<Index>(-start, 0, count);
      end = std::clamp<Index>(s.length - start, begin, count);
      x = from + element % axis.period * s.length;
      shift = start;
    }
    [[nodiscard]] Pair operator[](Index i) const {
      return i >= begin && i < end ? bfloat16(x[i + shift]).bits : Pair(0);
    }
    const float* x = nullptr;
    Index shift = 0, begin = 0, end = 0;
  };
  const Index count = shape.samples(s);
  for (Index pair = 0; pair < shape.rows; ++pair, panel += shape.row) {
    const Row even(axis, s, x, 2 * pair, first, count), odd(axis, s, x, 2 * pair + 1, first, count);
    const Index begin = std::min(std::max(even.begin, odd.begin), count);
    const Index end = std::max(begin, std::min(even.end, odd.end));
    for (Index i = 0; i < begin; ++i) line[i] = even[i] | odd[i] << 16;
    if (begin < end)
      kernel.interleave(even.x + begin + even.shift, odd.x + begin + odd.shift, end - begin, line + begin);
    for (Index i = end; i < count; ++i) line[i] = even[i] | odd[i] << 16;
    kernel.to_segments(line, shape.distance * s.stride, shape.lines, panel);
  }
}

/// One of the convolutions that are computed in one pass: each is of what the one before gives.
struct Conv1DLayer {
  const Conv1DWeights* weights;
  const float* bias;  ///< null: none
  bool relu;          ///< results are cut off below 0
  Conv1DSizes sizes;  ///< with the batch and the length of its samples
};

/// Whether a convolution can pass its results on to `next`, which gives the same numbers as to store them.
inline bool passes_on(const Conv1DSizes& s, const Conv1DSizes& next) {
  return s.groups == 1 && next.groups == 1 && next.padding == 0 && next.channels % 2 == 0;
}

/// A chain of convolutions of x (batch, channels, length) gives y (batch, filters, positions), of float or
/// bfloat16.
template <class Out>
class Conv1DChain {
 public:
  Conv1DChain(const Kernel& kernel, const std::vector<Conv1DLayer>& layers, const MaxWindows& pool)
      : kernel_(kernel), layers_(layers), pool_(pool), first_(layers.front()), last_(layers.back()) {
    const Conv1DSizes& s = last_.sizes;
    m_ = pool.count(s.out_length()) * pool.stride;
    if (is_empty()) return;
    // What fits the second-level cache beside the weights; less, so that every thread has work. How the
    // outputs are cut changes no result.
    constexpr Index panel_size = 512 * 1024 / sizeof(Pair);
    const Index fitting =
        std::max(block_size, 2 * panel_size / std::max<Index>(1, last_.weights->axis().rows * s.stride));
    const Index samples = first_.sizes.batch * s.groups, threads = num_threads();
    const Index wanted = samples < 4 * threads ? threads / std::gcd(samples, threads) : 1;
    const Index parts = std::max(blocks_of(m_, fitting), std::min(wanted, blocks_of(m_, block_size)));
    outputs_ = round_up(blocks_of(m_, parts), tile_size * pool.stride);
    chunks_ = blocks_of(m_, outputs_);

    Index width = outputs_ / tile_size, distance = width;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      shapes_.emplace(shapes_.begin(), layer->weights->axis(), layer->sizes, width, distance);
      width = shapes_.front().lines;
      distance *= layer->sizes.stride;
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const InnerAxis& axis = layers[i].weights->axis();
      std::vector<Index>& offsets = offsets_.emplace_back();
      for (Index step = 0; step < axis.steps; ++step)
        offsets.push_back(shapes_[i].offset(axis, layers[i].sizes, step));
    }
  }

  void operator()(const float* x, Out* y) const {
    if (is_empty()) return;
    const Index samples = first_.sizes.batch * first_.sizes.groups;
    const Index grain = chunks_ == 1 ? std::clamp<Index>(samples / (4 * num_threads()), 1, 8) : 1;
    parallel_for(samples * chunks_, grain, [&](Index begin, Index end) { run(x, y, begin, end); });
  }

 private:
  struct Buffers {
    explicit Buffers(const Conv1DChain& chain)
        : line(chain.shapes_.front().samples(chain.first_.sizes)),
          results(chain.outputs_ + block_size),
          rounded(chain.outputs_ / 2 + block_size) {
      // `to_segments` and `from_segments` move four lines even where there are fewer.
      constexpr Index spare = 3 * tile_size;
      Index width = 0;
      for (const PanelShape& shape : chain.shapes_) {
        panels.push_back(std::make_unique<Scratch<Pair>>(shape.rows * shape.row + spare));
        width = std::max(width, shape.width);
      }
      sums.emplace(block_size * sums_row(width) + spare);
    }
    Scratch<Pair> line;
    Scratch<float> results;
    Scratch<Pair> rounded;
    std::vector<std::unique_ptr<Scratch<Pair>>> panels;
    std::optional<Scratch<float>> sums;
  };

  [[nodiscard]] bool is_empty() const {
    return first_.sizes.batch == 0 || last_.sizes.filters == 0 || m_ == 0;
  }

  // Odd for the reason that the row of a panel is.
  static Index sums_row(Index width) { return (width | 1) * tile_size; }

  void run(const float* x, Out* y, Index begin, Index end) const {
    const Buffers buffers(*this);
    const Conv1DSizes& s = first_.sizes;
    const Index sample = s.channels / s.groups * s.length;
    for (Index block = begin; block < end; ++block) {
      const Index from = block / chunks_, first = block % chunks_ * outputs_;
      Index start = first;
      for (std::size_t i = 1; i < layers_.size(); ++i) start *= layers_[i].sizes.stride;
      pack_panel(kernel_, first_.weights->axis(), shapes_.front(), s, x + from * sample, start,
                 buffers.line.data(), buffers.panels.front()->data());
      // While a sample is computed, the next one comes from memory.
      const char* const ahead =
          block + 1 < end ? reinterpret_cast<const char*>(x + (from + 1) * sample) : nullptr;
      for (std::size_t i = 0; i < layers_.size(); ++i)
        run_layer(i, from % s.groups, buffers, i == 0 ? ahead : nullptr, from / s.groups, first, y);
    }
    kernel_.end();
  }

  void run_layer(std::size_t layer, Index g, const Buffers& buffers, const char* ahead, Index sample,
                 Index first, Out* y) const {
    const Conv1DLayer& here = layers_[layer];
    const Conv1DSizes& s = here.sizes;
    const Index filters = s.filters / s.groups, row_size = sums_row(shapes_[layer].width);
    float* const sums = buffers.sums->data();
    kernel_.begin(here.weights->axis().depth);
    for (Index f = 0; f < filters; f += block_size) {
      const Index rows = std::min(block_size, filters - f);
      ahead = multiply(layer, g, f, rows, buffers, ahead);
      const auto bias_of = [&](Index row) { return here.bias ? here.bias[g * filters + f + row] : 0.0f; };
      if (layer + 1 < layers_.size()) {
        const PanelShape& next = shapes_[layer + 1];
        for (Index row = 0; row < rows; row += 2)
          kernel_.pass_on(sums + row * row_size, sums + (row + 1) * row_size, next.lines * tile_size,
                          bias_of(row), bias_of(row + 1), here.relu,
                          buffers.panels[layer + 1]->data() + (f + row) / 2 * next.row);
      } else {
        for (Index row = 0; row < rows; ++row)
          store(sums + row * row_size, bias_of(row), buffers, first,
                y + (sample * s.filters + g * filters + f + row) * (m_ / pool_.stride));
      }
    }
    if (layer + 1 < layers_.size()) repeat_rows(layer + 1, buffers);
  }

  // The sums of filters f to f + rows of a group, tiles two by two; a few steps of the inner axis at a time,
  // whose weights stay in cache. On the way lines from `ahead` on are fetched; what is left is returned.
  const char* multiply(std::size_t layer, Index g, Index f, Index rows, const Buffers& buffers,
                       const char* ahead) const {
    const Conv1DLayer& here = layers_[layer];
    const Conv1DSizes& s = here.sizes;
    const InnerAxis& axis = here.weights->axis();
    const PanelShape& shape = shapes_[layer];
    const Index slice = steps_at_once(axis.steps), blocks = blocks_of(s.filters / s.groups, block_size);
    const Index lines = blocks_of(s.channels / s.groups * s.length * static_cast<Index>(sizeof(float)), 64);
    const Index all_steps = blocks * blocks_of(shape.width, 2) * axis.steps;
    const Index ahead_lines = ahead ? blocks_of(lines, std::max<Index>(1, all_steps)) : 0;
    for (Index step = 0; step == 0 || step < axis.steps; step += slice) {
      const Index count_of_steps = std::min(slice, axis.steps - step);
      for (Index r = 0; r < shape.width; r += 2, ahead += count_of_steps * ahead_lines * 64) {
        kernel_.block({.steps = count_of_steps,
                       .depth = axis.depth,
                       .rows = rows,
                       .columns = std::min(block_size, (shape.width - r) * tile_size),
                       .a = here.weights->tiles(g, f) + step,
                       .a_next = axis.steps,
                       .b = buffers.panels[layer]->data() + r * s.stride * tile_size,
                       .b_row = shape.row,
                       .b_next = s.stride * tile_size,
                       .offsets = offsets_[layer].data() + step,
                       .add = step > 0,
                       .y = buffers.sums->data() + r * tile_size,
                       .y_row = sums_row(shape.width),
                       .y_next = tile_size,
                       .ahead = ahead,
                       .ahead_lines = ahead_lines});
      }
    }
    return ahead;
  }

  // The rows behind the last channel: the first ones, one tap later.
  void repeat_rows(std::size_t layer, const Buffers& buffers) const {
    const PanelShape& shape = shapes_[layer];
    const Index shift = layers_[layer].sizes.dilation, period = layers_[layer].weights->axis().period / 2;
    Pair* const panel = buffers.panels[layer]->data();
    for (Index row = period; row < shape.rows; ++row)
      std::copy_n(panel + (row - period) * shape.row + shift * tile_size, (shape.lines - shift) * tile_size,
                  panel + row * shape.row);
  }

  // The results from output `first` on, of a row of y.
  void store(float* sums, float bias, const Buffers& buffers, Index first, Out* row) const {
    if (pool_.stride > 1)
      kernel_.largest(sums, shapes_.back().width / pool_.stride, pool_.kernel, pool_.stride);
    const Index width = shapes_.back().width / pool_.stride;
    const Index count = std::min(outputs_, m_ - first) / pool_.stride;
    Out* const out = row + first / pool_.stride;
    const bool relu = last_.relu;
    if constexpr (std::is_same_v<Out, bfloat16>) {
      float* const results = buffers.results.data();
      Pair* const pairs = buffers.rounded.data();
      kernel_.from_segments(sums, width, count, bias, relu, results);
      kernel_.round(results, round_up(count, step_size), pairs, tile_size);
      std::memcpy(static_cast<void*>(out), pairs, static_cast<std::size_t>(count) * sizeof(Out));
    } else {
      kernel_.from_segments(sums, width, count, bias, relu, out);
    }
  }

  const Kernel& kernel_;
  const std::vector<Conv1DLayer>& layers_;
  MaxWindows pool_;
  const Conv1DLayer &first_, &last_;
  Index m_ = 0;                     // outputs of the last layer that count
  Index outputs_ = 0, chunks_ = 0;  // of them at once, and how often
  std::vector<PanelShape> shapes_;
  std::vector<std::vector<Index>> offsets_;
};

}  // namespace EBB_NAMESPACE::cpu::bf16
