#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/panels.hpp"
#include "ebb/backend/cpu/tiled/unfold.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Conv1D as products, for any stride, padding, dilation and groups. Forward and the gradient of the input
/// multiply packed weights with panels of unfolded positions, which stay in second-level cache while all
/// filters use them.

namespace EBB_NAMESPACE::cpu::tiled {

/// Operand a: [block of lanes rows][step][lane], element (row, step) from weight(row, step).
template <class T, class Weight>
void pack_weights(Index lanes, Index rows, Index steps, T* out, Weight weight) {
  parallel_for(blocks_of(rows, lanes), 1, [&](Index first, Index last) {
    for (Index block = first; block < last; ++block) {
      T* const to = out + block * steps * lanes;
      for (Index lane = 0; lane < lanes; ++lane) {
        const Index row = std::min(block * lanes + lane, rows - 1);
        for (Index step = 0; step < steps; ++step) to[step * lanes + lane] = weight(row, step);
      }
    }
  });
}

/// Where the result of a row and a column goes: y + row * row_step + its sample * sample_step + its position
/// * stride, `per_sample` positions to a sample.
template <class T>
struct Place {
  T* y = nullptr;
  Index row_step = 0, sample_step = 0, per_sample = 0, stride = 1;

  /// Copies rows x columns results, from column q on.
  void store(const T* tile, Index width, Index row, Index rows, Index q, Index columns) const {
    for (Index j = 0; j < columns;) {  // the stretches of one sample
      const Index at = (q + j) % per_sample, stretch = std::min(columns - j, per_sample - at);
      T* const to = y + row * row_step + (q + j) / per_sample * sample_step + at * stride;
      for (Index r = 0; r < rows; ++r)
        for (Index i = 0; i < stretch; ++i) to[r * row_step + i * stride] = tile[r * width + j + i];
      j += stretch;
    }
  }
};

/// place(row, q) = bias[row] + sum over steps of weights[row][step] * unfolded[step][q], rows of one group;
/// at least 0 where `relu` is set.
template <class T>
void multiply_unfolded(const Kernels<T>& kernel, const Unfold<T>& u, Index channels, const T* weights,
                       const T* bias, Index rows, const Place<T>& place, bool relu = false) {
  const Index lanes = kernel.lanes, steps = channels * u.tap_count(), vectors = blocks_of(u.columns, lanes);
  // A block of columns: whole panels that share 512 KB of cache, and blocks enough for every thread.
  const Index panel_bytes = std::max<Index>(1, steps * kernel.columns() * static_cast<Index>(sizeof(T)));
  const Index wanted =
      std::min((512 << 10) / panel_bytes, blocks_of(vectors, 2 * num_threads() * max_vectors));
  const Index block = std::clamp<Index>(wanted, 1, 64) * max_vectors;
  parallel_for(blocks_of(vectors, block), 1, [&](Index first_block, Index last_block) {
    const Scratch<T> samples(steps * block * lanes);
    alignas(64) T tile[max_rows * max_columns];
    for (Index b = first_block; b < last_block; ++b) {
      const Panels panels(std::min(block, vectors - b * block));
      for (Index panel = 0; panel < panels.count; ++panel)
        unfold(kernel, u, 0, channels, (b * block + panels.first(panel)) * lanes, panels.width(panel),
               samples.data() + panels.first(panel) * lanes * steps);
      for (Index first = 0; first < rows; first += lanes) {
        for (Index panel = 0; panel < panels.count; ++panel) {
          const Index width = panels.width(panel) * lanes, q = (b * block + panels.first(panel)) * lanes;
          const Index columns = std::min(width, u.columns - q);
          const bool one_stretch =
              columns == width && place.stride == 1 && q % place.per_sample + width <= place.per_sample;
          for (Index row = first; row < std::min(rows, first + lanes); row += kernel.rows) {
            const Index count = std::min(kernel.rows, rows - row);
            const bool direct = one_stretch && count == kernel.rows;
            alignas(64) T start[max_rows]{};
            if (bias) std::copy_n(bias + row, count, start);
            kernel.product[static_cast<std::size_t>(panels.width(panel) - 1)](
                {.steps = steps,
                 .a = weights + first * steps + row - first,
                 .a_step = lanes,
                 .b = samples.data() + panels.first(panel) * lanes * steps,
                 .b_step = width,
                 .bias = start,
                 .relu = relu,
                 .y = direct ? place.y + row * place.row_step + q / place.per_sample * place.sample_step +
                                   q % place.per_sample
                             : tile,
                 .y_row = direct ? place.row_step : width});
            if (!direct) place.store(tile, width, row, count, q, columns);
          }
        }
      }
    }
  });
}

/// Numbers that pack_conv1d_weights writes.
template <class T>
Index conv1d_weights_size(const Kernels<T>& kernel, const Conv1DSizes& s) {
  return s.channels * s.kernel * blocks_of(s.filters / s.groups, kernel.lanes) * kernel.lanes;
}

/// The weights as conv1d_packed takes them: operand a of every group.
template <class T>
void pack_conv1d_weights(const Kernels<T>& kernel, const T* w, const Conv1DSizes& s, T* out) {
  const Index filters = s.filters / s.groups, steps = s.channels / s.groups * s.kernel;
  for (Index g = 0; g < s.groups; ++g, out += conv1d_weights_size(kernel, s) / s.groups)
    pack_weights(kernel.lanes, filters, steps, out,
                 [&, from = w + g * filters * steps](Index f, Index i) { return from[f * steps + i]; });
}

template <class T>
void conv1d_packed(const Kernels<T>& kernel, const T* x, const T* weights, const T* bias, bool relu, T* y,
                   const Conv1DSizes& s) {
  const Index filters = s.filters / s.groups, channels = s.channels / s.groups, m = s.out_length();
  for (Index g = 0; g < s.groups; ++g) {
    Unfold<T> u{.x = x + g * channels * s.length,
                .length = s.length,
                .sample = s.channels * s.length,
                .columns = s.batch * m,
                .per_sample = m,
                .stride = s.stride,
                .taps = {}};
    for (Index k = 0; k < s.kernel; ++k) u.taps.push_back(k * s.dilation - s.padding);
    multiply_unfolded(
        kernel, u, channels, weights + g * (conv1d_weights_size(kernel, s) / s.groups),
        bias ? bias + g * filters : nullptr, filters,
        Place<T>{.y = y + g * filters * m, .row_step = m, .sample_step = s.filters * m, .per_sample = m},
        relu);
  }
}

template <class T>
void conv1d(const Kernels<T>& kernel, const T* x, const T* w, const T* bias, T* y, const Conv1DSizes& s) {
  const Scratch<T> weights(conv1d_weights_size(kernel, s));
  pack_conv1d_weights(kernel, w, s, weights.data());
  conv1d_packed(kernel, x, weights.data(), bias, false, y, s);
}

/// dx at position q stride + phase - padding is the sum over filters and over the taps k of that phase of
/// w[f][c][k] dy[f][q - k dilation / stride]: for each phase a convolution of stride 1 over dy.
template <class T>
void conv1d_input_gradient(const Kernels<T>& kernel, const T* dy, const T* w, T* dx, const Conv1DSizes& s) {
  const Index filters = s.filters / s.groups, channels = s.channels / s.groups, m = s.out_length();
  const Scratch<T> weights(blocks_of(channels, kernel.lanes) * kernel.lanes * filters * s.kernel);
  for (Index g = 0; g < s.groups; ++g) {
    for (Index phase = 0; phase < s.stride; ++phase) {
      // q in [first, last) are the samples of this phase that exist.
      const Index first = std::max<Index>(0, blocks_of(s.padding - phase, s.stride));
      const Index last = std::max(first, blocks_of(s.length + s.padding - phase, s.stride)),
                  count = last - first;
      if (count == 0) continue;
      Unfold<T> u{.x = dy + g * filters * m,
                  .length = m,
                  .sample = s.filters * m,
                  .columns = s.batch * count,
                  .per_sample = count,
                  .taps = {}};
      std::vector<Index> taps;
      for (Index k = 0; k < s.kernel; ++k) {
        if (k * s.dilation % s.stride != phase) continue;
        taps.push_back(k);
        u.taps.push_back(first - k * s.dilation / s.stride);
      }
      const Index tap_count = u.tap_count(), steps = filters * tap_count;
      pack_weights(kernel.lanes, channels, steps, weights.data(),
                   [&, from = w + g * filters * channels * s.kernel](Index c, Index i) {
                     const Index f = i / tap_count, k = taps[static_cast<std::size_t>(i % tap_count)];
                     return from[(f * channels + c) * s.kernel + k];
                   });
      multiply_unfolded(kernel, u, filters, weights.data(), static_cast<const T*>(nullptr), channels,
                        Place<T>{.y = dx + g * channels * s.length + first * s.stride + phase - s.padding,
                                 .row_step = s.length,
                                 .sample_step = s.channels * s.length,
                                 .per_sample = count,
                                 .stride = s.stride});
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
