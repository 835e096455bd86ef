#pragma once

#include <algorithm>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/front.hpp"
#include "ebb/backend/cpu/tiled/panels.hpp"
#include "ebb/backend/cpu/tiled/windows.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Conv1D of stride 1 by the method of toom_cook.hpp. Rows are cut into tiles of M outputs, which see N
/// samples each. At every point p the transformed filters (F x C) and the transformed tiles (C x tiles) are
/// multiplied like matrices; tiles of the whole batch count as one axis. A block of tiles is transformed into
/// second-level cache, and the products of a few filters go back through A before they leave the first level.

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

/// y[f] = bias[f] + sum over c of the correlation of x[c] with filter (f, c), for rows of one group:
/// `filters` from transform_filters, x and y at the group's first row.
template <class T>
struct WinogradRows {
  const T* x;
  Index channels, length, padding, x_sample;  ///< x_sample: from one sample's rows to the next's
  const T* filters;
  const T* bias;
  T* y;
  Index outputs, out_length, y_sample;
  Index batch;
  bool relu = false;                ///< negative results become 0
  const Front<T>* front = nullptr;  ///< a layer whose results are the rows; x is what it reads
};

// Channels that are summed at a time. The last transform enlarges the rounding of the sums, that of eight
// points several times as much as that of six, and adds what the transforms round. The parts are as long as
// errors of three times those of the direct method allow, which sums at most 200 products at a time: a line
// through what was measured, see docs/performance.md.
inline Index longest_sum(Index points, Index channels, Index taps) {
  constexpr Index direct = 200;
  if (points == 6) return direct;
  const Index products = channels * taps;
  return std::max<Index>(8, 3 * blocks_of(products, blocks_of(products, direct)) / 7 - 18);
}

template <class T>
void winograd_rows(const Kernels<T>& kernel, const Winograd<T>& method, const WinogradRows<T>& r) {
  const Index lanes = kernel.lanes, points = method.points, results = method.results;
  const Index row_tiles = blocks_of(r.out_length, results), tiles = r.batch * row_tiles;
  const Index vectors = blocks_of(tiles, lanes), filter_blocks = blocks_of(r.outputs, lanes);
  // Transformed samples of a block: at most 640 KB, at most two panels, and enough blocks for every thread.
  const Index fitting = (640 << 10) / (points * r.channels * lanes * static_cast<Index>(sizeof(T)));
  const Index block =
      std::clamp<Index>(std::min(fitting, blocks_of(vectors, num_threads())), 1, 2 * max_vectors);
  const Index plane = r.channels * lanes * block;  // of transformed samples, point to point
  const Index filter_plane = filter_blocks * r.channels * lanes;
  const Index written = results == 4 ? 4 : 8;  // by method.result, for a tile
  const Index part =
      blocks_of(r.channels, blocks_of(r.channels, longest_sum(points, r.channels, method.taps)));

  parallel_for(blocks_of(vectors, block), 1, [&](Index first_block, Index last_block) {
    const Scratch<T> samples(points * plane);
    const Scratch<T> sums(points * lanes * max_columns);
    for (Index b = first_block; b < last_block; ++b) {
      const Index first_vector = b * block;
      const Panels panels(std::min(block, vectors - first_vector));
      const Index end = std::min(tiles, (first_vector + panels.vectors) * lanes);
      Targets<T> targets[2 * max_vectors];
      for (Index panel = 0; panel < panels.count; ++panel) {
        const Index width = panels.width(panel) * lanes;
        for (Index v = 0; v < panels.width(panel); ++v) {
          const Index vector = panels.first(panel) + v;
          Windows<T> windows(r.length);
          for (Index lane = 0; lane < lanes; ++lane) {
            const Index tile = (first_vector + vector) * lanes + lane;
            if (tile >= tiles) break;
            const Index n = tile / row_tiles, j = tile % row_tiles * results;
            if (!r.front) windows.set(lane, r.x + n * r.x_sample, j - r.padding);
            T* const y = r.y + n * r.y_sample + j;
            if (j + written <= r.out_length && (written == results || tile + 1 < end)) {
              targets[vector].set_free(lane, y);
            } else {
              targets[vector].set(lane, y, std::min(results, r.out_length - j));
            }
          }
          if (r.front) continue;
          windows.read(method.transform,
                       {.step = r.length,
                        .count = r.channels,
                        .out = samples.data() + panels.first(panel) * lanes * r.channels + v * lanes,
                        .out_step = width,
                        .plane = plane},
                       lanes);
        }
      }
      if (r.front)
        transform_results(kernel, *r.front, r.x, {points, results, row_tiles, method.compute},
                          first_vector * lanes, end, panels, samples.data(), plane);
      for (Index f = 0; f < r.outputs; f += lanes) {
        const Index count = std::min(lanes, r.outputs - f);
        for (Index panel = 0; panel < panels.count; ++panel) {
          const Index width = panels.width(panel) * lanes;
          const auto product = kernel.product[static_cast<std::size_t>(panels.width(panel) - 1)];
          for (Index p = 0; p < points; ++p) {
            for (Index c = 0; c < r.channels; c += part) {
              for (Index row = 0; row < count; row += kernel.rows)
                product(
                    {.steps = std::min(part, r.channels - c),
                     .a = r.filters + p * filter_plane + f * r.channels + c * lanes + row,
                     .a_step = lanes,
                     .b = samples.data() + p * plane + panels.first(panel) * lanes * r.channels + c * width,
                     .b_step = width,
                     .add = c > 0,
                     .y = sums.data() + (p * lanes + row) * width,
                     .y_row = width});
            }
          }
          for (Index v = 0; v < panels.width(panel); ++v)
            targets[panels.first(panel) + v].write(method.result,
                                                   {.in = sums.data() + v * lanes,
                                                    .in_step = width,
                                                    .plane = lanes * width,
                                                    .bias = r.bias ? r.bias + f : nullptr,
                                                    .relu = r.relu,
                                                    .row_step = r.out_length,
                                                    .count = count},
                                                   lanes, f * r.out_length);
        }
      }
    }
  });
}

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

/// `front`: s are the sizes of the layer behind it, x is what it reads; null: none.
template <class T>
void winograd_conv1d_packed(const Kernels<T>& kernel, const T* x, const T* weights, const T* bias, bool relu,
                            T* y, const Conv1DSizes& s, const Front<T>* front = nullptr) {
  const Winograd<T> method(kernel, s.kernel, winograd_results(s.kernel));
  const Index channels = s.channels / s.groups, filters = s.filters / s.groups, m = s.out_length();
  for (Index g = 0; g < s.groups; ++g)
    winograd_rows(kernel, method,
                  {.x = x + g * channels * s.length,
                   .channels = channels,
                   .length = s.length,
                   .padding = s.padding,
                   .x_sample = s.channels * s.length,
                   .filters = weights + g * (winograd_weights_size(kernel, s) / s.groups),
                   .bias = bias ? bias + g * filters : nullptr,
                   .y = y + g * filters * m,
                   .outputs = filters,
                   .out_length = m,
                   .y_sample = s.filters * m,
                   .batch = s.batch,
                   .relu = relu,
                   .front = front});
}

template <class T>
void winograd_conv1d(const Kernels<T>& kernel, const T* x, const T* w, const T* bias, T* y,
                     const Conv1DSizes& s) {
  const Scratch<T> weights(winograd_weights_size(kernel, s));
  transform_conv1d_weights(kernel, w, s, weights.data());
  winograd_conv1d_packed(kernel, x, weights.data(), bias, false, y, s);
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
    winograd_rows(kernel, method,
                  {.x = dy + g * filters * m,
                   .channels = filters,
                   .length = m,
                   .padding = s.kernel - 1 - s.padding,
                   .x_sample = s.filters * m,
                   .filters = transformed.data(),
                   .bias = nullptr,
                   .y = dx + g * channels * s.length,
                   .outputs = channels,
                   .out_length = s.length,
                   .y_sample = s.channels * s.length,
                   .batch = s.batch});
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
