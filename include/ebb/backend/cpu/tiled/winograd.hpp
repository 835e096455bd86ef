#pragma once

#include <algorithm>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/front.hpp"
#include "ebb/backend/cpu/tiled/packed_call.hpp"
#include "ebb/backend/cpu/tiled/panels.hpp"
#include "ebb/backend/cpu/tiled/windows.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Conv1D of stride 1 by the method of toom_cook.hpp. Rows are cut into tiles of M outputs, which see N
/// samples each (here M = 4, N = 6, three taps and no padding):
///
///     samples   |0 1 2 3 4 5|              tile 0
///                       |4 5 6 7 8 9|      tile 1
///     outputs   |0 1 2 3|4 5 6 7| ...
///
/// N values of a window or a filter become N values at points: B d and G w. The sum over channels is taken
/// there, of each point apart, and so it is N products of matrices: filters x channels with channels x tiles.
/// Tiles of all rows of the batch are numbered through, and `lanes` neighbours of them are a vector:
///
///     transformed filters, once       [point][block of lanes filters][channel][filter]
///     transformed samples, a block    [point][panel of vectors][channel][tile]           second-level cache
///     sums of a block of filters      [point][filter][tile]                              first-level cache
///
/// For a block of tiles: read all windows and transform them; then, for every few filters and panel, multiply
/// at every point, and bring the sums back through A to where the outputs lie.

namespace EBB_NAMESPACE::cpu::tiled {

/// F(results, taps): 6 or 8 points.
template <class T>
struct Winograd {
  Winograd(const Kernels<T>& kernel, Index taps_, Index results_, bool reversed = false)
      : taps(taps_), points(results_ + taps_ - 1), results(results_), matrix{{}, points, taps} {
    if (points == 6) {
      transform = kernel.transform6;
      compute = kernel.compute6;
      result = results == 4 ? kernel.result6x4 : kernel.result6x3;
      matrix.values = pad(filter_matrix<T, 6>(taps, reversed));
    } else {
      transform = kernel.transform8;
      compute = kernel.compute8;
      result = results == 4 ? kernel.result8x4 : kernel.result8x5;
      matrix.values = filter_matrix<T, 8>(taps, reversed);
    }
  }

  Index taps, points, results;
  typename Kernels<T>::GatherKernel transform;
  typename Kernels<T>::ComputeKernel compute;
  typename Kernels<T>::ScatterKernel result;
  Matrix<T> matrix;  ///< G

 private:
  static std::array<T, 64> pad(const std::array<T, 48>& six) {
    std::array<T, 64> eight{};
    std::copy(six.begin(), six.end(), eight.begin());
    return eight;
  }
};

/// Outputs of a tile for filters of 3, 4 and 5.
inline Index winograd_results(Index taps) { return (taps == 3 ? 6 : 8) + 1 - taps; }

/// Filters for `outputs` rows, each a sum over `inputs` rows: taps at w + o * output_step + i * input_step.
struct FilterLayout {
  Index outputs, inputs, output_step, input_step;
};

/// G w as the operand a of products: [point][block of lanes outputs][input][lane].
template <class T>
void transform_filters(const Kernels<T>& kernel, const Winograd<T>& method, const T* w, const FilterLayout& f,
                       T* out) {
  const Index blocks = blocks_of(f.outputs, kernel.lanes), block = f.inputs * kernel.lanes;
  parallel_for(blocks, 1, [&](Index first, Index last) {
    for (Index b = first; b < last; ++b) {
      // The samples of a window that are no taps must lie inside the array, too.
      const Index end = (f.outputs - 1) * f.output_step + method.taps;
      Windows<T> windows(end);
      for (Index lane = 0; lane < std::min(kernel.lanes, f.outputs - b * kernel.lanes); ++lane)
        windows.set(lane, w, (b * kernel.lanes + lane) * f.output_step);
      windows.read(kernel.apply,
                   {.step = f.input_step,
                    .count = f.inputs,
                    .out = out + b * block,
                    .out_step = kernel.lanes,
                    .plane = blocks * block,
                    .matrix = &method.matrix},
                   kernel.lanes);
    }
  });
}

/// y[f] = the epilogue of the sum over c of the correlation of x[c] with filter (f, c), for rows of one
/// group: `filters` from transform_filters, x and y at the group's first row.
template <class T>
struct WinogradRows {
  const T* x;
  Index channels, length, padding, x_sample;  ///< x_sample: from one sample's rows to the next's
  const T* filters;
  Epilogue<T> end;  ///< what is added may be y itself, but for filters of 4 taps
  T* y;
  Index outputs, out_length, y_sample;
  Index batch;
  const Front<T>* front = nullptr;  ///< a layer whose results are the rows; x is what it reads
};

/// Channels that are summed at a time, so that the error stays below three times that of the direct method,
/// which sums at most 200 products at a time: the tests of accuracy demand it, see docs/performance.md.
///
/// The error of a sum grows with its length. A of six points enlarges it so little that sums as long as the
/// direct ones pass. A of eight points enlarges it more, and the transforms add an error of their own, which
/// uses up a part of what is allowed whatever the length. Hence a line: of so many `products` in a direct sum
/// 3/7 may be summed here, less 18. Both numbers were fitted to the longest sums that pass (8 of 16 channels
/// with 4 taps, 67 of 200 with 5).
inline Index longest_sum(Index points, Index channels, Index taps) {
  constexpr Index direct_sum = 200, shortest = 8;
  if (points == 6) return direct_sum;
  const Index products = blocks_of(channels * taps, blocks_of(channels * taps, direct_sum));
  return std::max(shortest, products * 3 / 7 - 18);
}

/// The convolution of WinogradRows.
template <class T>
class WinogradConvolution {
 public:
  WinogradConvolution(const Kernels<T>& kernel, const Winograd<T>& method, const WinogradRows<T>& rows)
      : kernel_(kernel),
        method_(method),
        r_(rows),
        lanes_(kernel.lanes),
        row_tiles_(blocks_of(rows.out_length, method.results)),
        tiles_(rows.batch * row_tiles_),
        block_vectors_(vectors_of_block()),
        sample_plane_(rows.channels * lanes_ * block_vectors_),
        filter_plane_(blocks_of(rows.outputs, lanes_) * lanes_ * rows.channels),
        part_(blocks_of(rows.channels,
                        blocks_of(rows.channels, longest_sum(method.points, rows.channels, method.taps)))) {}

  void run() const {
    parallel_for(blocks_of(vectors(), block_vectors_), 1, [&](Index first, Index last) {
      const Scratch<T> samples(method_.points * sample_plane_);
      const Scratch<T> sums(method_.points * lanes_ * max_columns);
      for (Index b = first; b < last; ++b) run_block(b * block_vectors_, samples.data(), sums.data());
    });
  }

 private:
  // Vectors of tiles from `first` on.
  struct Block {
    Index first;
    Panels panels;
    Index end;  // behind the last tile
  };

  [[nodiscard]] Index vectors() const { return blocks_of(tiles_, lanes_); }

  // As many as second-level cache holds beside the rest, at most two panels, and enough blocks for every
  // thread.
  [[nodiscard]] Index vectors_of_block() const {
    const Index vector_bytes = method_.points * r_.channels * lanes_ * static_cast<Index>(sizeof(T));
    const Index fitting = (640 << 10) / vector_bytes;
    return std::clamp<Index>(std::min(fitting, blocks_of(vectors(), num_threads())), 1, 2 * max_vectors);
  }

  void run_block(Index first_vector, T* samples, T* sums) const {
    const Panels panels(std::min(block_vectors_, vectors() - first_vector));
    const Block block{first_vector, panels, std::min(tiles_, (first_vector + panels.vectors) * lanes_)};
    Targets<T> targets[2 * max_vectors];
    for (Index v = 0; v < panels.vectors; ++v) targets[v] = targets_of(block, v);
    if (r_.front) {
      transform_results(kernel_, *r_.front, r_.x,
                        {method_.points, method_.results, row_tiles_, method_.compute}, first_vector * lanes_,
                        block.end, panels, samples, sample_plane_);
    } else {
      for (Index v = 0; v < panels.vectors; ++v) transform(block, v, samples);
    }
    for (Index f = 0; f < r_.outputs; f += lanes_) {
      for (Index panel = 0; panel < panels.count; ++panel) {
        multiply(block, f, panel, samples, sums);
        write(block, f, panel, sums, targets);
      }
    }
  }

  // B d of the tiles of vector v, all channels.
  void transform(const Block& block, Index v, T* samples) const {
    Windows<T> windows(r_.length);
    for_each_tile(block, v, [&](Index lane, Index, Index sample, Index position) {
      windows.set(lane, r_.x + sample * r_.x_sample, position - r_.padding);
    });
    const Index panel = block.panels.of(v), first = block.panels.first(panel);
    windows.read(method_.transform,
                 {.step = r_.length,
                  .count = r_.channels,
                  .out = samples + first * lanes_ * r_.channels + (v - first) * lanes_,
                  .out_step = block.panels.width(panel) * lanes_,
                  .plane = sample_plane_},
                 lanes_);
  }

  // The products of filters f to f + lanes with a panel, at every point.
  void multiply(const Block& block, Index f, Index panel, const T* samples, T* sums) const {
    const Index width = block.panels.width(panel) * lanes_, count = std::min(lanes_, r_.outputs - f);
    const T* const panel_samples = samples + block.panels.first(panel) * lanes_ * r_.channels;
    const auto product = kernel_.product[static_cast<std::size_t>(block.panels.width(panel) - 1)];
    for (Index p = 0; p < method_.points; ++p) {
      for (Index c = 0; c < r_.channels; c += part_) {
        for (Index row = 0; row < count; row += kernel_.rows)
          product({.steps = std::min(part_, r_.channels - c),
                   .a = r_.filters + p * filter_plane_ + f * r_.channels + c * lanes_ + row,
                   .a_step = lanes_,
                   .b = panel_samples + p * sample_plane_ + c * width,
                   .b_step = width,
                   .add = c > 0,
                   .y = sums + (p * lanes_ + row) * width,
                   .y_row = width});
      }
    }
  }

  // The sums through A, and where the outputs lie.
  void write(const Block& block, Index f, Index panel, const T* sums, const Targets<T>* targets) const {
    const Index width = block.panels.width(panel) * lanes_;
    for (Index v = 0; v < block.panels.width(panel); ++v)
      targets[block.panels.first(panel) + v].write(method_.result,
                                                   {.in = sums + v * lanes_,
                                                    .in_step = width,
                                                    .plane = lanes_ * width,
                                                    .bias = r_.end.from(f, 0).bias,
                                                    .relu = r_.end.relu,
                                                    .row_step = r_.out_length,
                                                    .count = std::min(lanes_, r_.outputs - f)},
                                                   lanes_, f * r_.out_length);
  }

  // Where the outputs of the tiles of vector v lie, of the first filter.
  [[nodiscard]] Targets<T> targets_of(const Block& block, Index v) const {
    const Index results = method_.results, written = results == 4 ? 4 : 8;  // by method_.result, for a tile
    Targets<T> targets;
    for_each_tile(block, v, [&](Index lane, Index tile, Index sample, Index position) {
      const Index at = sample * r_.y_sample + position;
      const T* const added = r_.end.from(0, at).added;
      // What is written behind the outputs of a tile belongs to the next one, if that comes later.
      if (position + written <= r_.out_length && (written == results || tile + 1 < block.end)) {
        targets.set_free(lane, r_.y + at, added);
      } else {
        targets.set(lane, r_.y + at, std::min(results, r_.out_length - position), added);
      }
    });
    return targets;
  }

  // f(lane, tile, its sample, the position of its first output in the row).
  template <class F>
  void for_each_tile(const Block& block, Index v, F f) const {
    const Index first = (block.first + v) * lanes_;
    for (Index tile = first; tile < std::min(first + lanes_, block.end); ++tile)
      f(tile - first, tile, tile / row_tiles_, tile % row_tiles_ * method_.results);
  }

  const Kernels<T>& kernel_;
  const Winograd<T>& method_;
  const WinogradRows<T>& r_;
  Index lanes_;
  Index row_tiles_, tiles_;            // of a row, of all
  Index block_vectors_;                // of tiles, together in cache
  Index sample_plane_, filter_plane_;  // from point to point
  Index part_;                         // channels that are summed at a time
};

/// Numbers that transform_conv1d_weights writes.
template <class T>
Index winograd_weights_size(const Kernels<T>& kernel, const Conv1DSizes& s) {
  const Index points = winograd_results(s.kernel) + s.kernel - 1;
  return points * s.channels * blocks_of(s.filters / s.groups, kernel.lanes) * kernel.lanes;
}

/// The weights as winograd_conv1d_packed takes them: the filters of every group, transformed.
template <class T>
void transform_conv1d_weights(const Kernels<T>& kernel, const T* w, const Conv1DSizes& s, T* out) {
  const Winograd<T> method(kernel, s.kernel, winograd_results(s.kernel));
  const Index channels = s.channels / s.groups, filters = s.filters / s.groups;
  for (Index g = 0; g < s.groups; ++g, out += winograd_weights_size(kernel, s) / s.groups)
    transform_filters(kernel, method, w + g * filters * channels * s.kernel,
                      {filters, channels, channels * s.kernel, s.kernel}, out);
}

/// `call.end.added` may be y, but for filters of 4 taps.
template <class T>
void winograd_conv1d_packed(const Kernels<T>& kernel, const PackedCall<T>& call) {
  const Conv1DSizes& s = call.sizes;
  const Winograd<T> method(kernel, s.kernel, winograd_results(s.kernel));
  const Index channels = s.channels / s.groups, filters = s.filters / s.groups, m = s.out_length();
  for (Index g = 0; g < s.groups; ++g) {
    const WinogradRows<T> rows{.x = call.x + g * channels * s.length,
                               .channels = channels,
                               .length = s.length,
                               .padding = s.padding,
                               .x_sample = s.channels * s.length,
                               .filters = call.weights + g * (winograd_weights_size(kernel, s) / s.groups),
                               .end = call.end.from(g * filters, g * filters * m),
                               .y = call.y + g * filters * m,
                               .outputs = filters,
                               .out_length = m,
                               .y_sample = s.filters * m,
                               .batch = s.batch,
                               .front = call.front};
    WinogradConvolution<T>(kernel, method, rows).run();
  }
}

template <class T>
void winograd_conv1d(const Kernels<T>& kernel, const T* x, const T* w, const T* bias, T* y,
                     const Conv1DSizes& s) {
  const Scratch<T> weights(winograd_weights_size(kernel, s));
  transform_conv1d_weights(kernel, w, s, weights.data());
  winograd_conv1d_packed(kernel,
                         {.x = x, .weights = weights.data(), .end = {.bias = bias}, .y = y, .sizes = s});
}

/// dx is the correlation of dy, padded by kernel - 1 - padding, with the filters read backwards.
template <class T>
void winograd_conv1d_input_gradient(const Kernels<T>& kernel, const T* dy, const T* w, T* dx,
                                    const Conv1DSizes& s) {
  const Winograd<T> method(kernel, s.kernel, winograd_results(s.kernel), true);
  const Index channels = s.channels / s.groups, filters = s.filters / s.groups, m = s.out_length();
  const Scratch<T> transformed(method.points * blocks_of(channels, kernel.lanes) * kernel.lanes * filters);
  for (Index g = 0; g < s.groups; ++g) {
    transform_filters(kernel, method, w + g * filters * channels * s.kernel,
                      {channels, filters, s.kernel, channels * s.kernel}, transformed.data());
    const WinogradRows<T> rows{.x = dy + g * filters * m,
                               .channels = filters,
                               .length = m,
                               .padding = s.kernel - 1 - s.padding,
                               .x_sample = s.filters * m,
                               .filters = transformed.data(),
                               .end = {},
                               .y = dx + g * channels * s.length,
                               .outputs = channels,
                               .out_length = s.length,
                               .y_sample = s.channels * s.length,
                               .batch = s.batch};
    WinogradConvolution<T>(kernel, method, rows).run();
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
