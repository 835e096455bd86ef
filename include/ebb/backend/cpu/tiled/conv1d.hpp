#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/tile.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Conv1D by tiles, for any stride, padding, dilation and groups. Rows of samples are copied once into a form
/// in which the samples that one tap meets are neighbours: sample p of the zero-padded row goes to phase
/// p mod stride, column p / stride. Output j then takes tap k from column j + (k dilation) / stride of phase
/// (k dilation) mod stride: a fixed offset, so all three kernels are sums of the form that a tile computes.

namespace EBB_NAMESPACE::cpu::tiled {

/// Rows of samples split into phases, and where the taps find theirs.
template <class T>
class PhasedRows {
 public:
  PhasedRows(const Conv1DSizes& s, Index slack) : s_(s) {
    width_ = (s.length + 2 * s.padding + s.stride - 1) / s.stride + slack;
    for (Index k = 0; k < s.kernel; ++k)
      offsets_.push_back(k * s.dilation % s.stride * width_ + k * s.dilation / s.stride);
  }

  [[nodiscard]] Index row() const { return s_.stride * width_; }
  [[nodiscard]] Index sample() const { return s_.channels * row(); }
  [[nodiscard]] const std::vector<Index>& offsets() const { return offsets_; }

  /// One sample, x (C, L).
  void pack(const T* x, T* out) const {
    for (Index c = 0; c < s_.channels; ++c, x += s_.length, out += row()) {
      if (s_.stride == 1) {
        std::fill_n(out, s_.padding, T(0));
        std::copy_n(x, s_.length, out + s_.padding);
        std::fill(out + s_.padding + s_.length, out + width_, T(0));
        continue;
      }
      std::fill_n(out, row(), T(0));
      for (Index phase = 0; phase < s_.stride; ++phase) {
        // The first column whose sample phase + column * stride lies behind the padding.
        Index column = std::max<Index>(0, (s_.padding - phase + s_.stride - 1) / s_.stride);
        for (Index p = phase + column * s_.stride - s_.padding; p < s_.length; p += s_.stride, ++column)
          out[phase * width_ + column] = x[p];
      }
    }
  }

 private:
  const Conv1DSizes& s_;
  Index width_ = 0;
  std::vector<Index> offsets_;
};

/// Calls body(n, first, last, scratch) for every sample and ranges that cover its `tiles`; `prepare(n,
/// scratch)` has been called for that sample before. Samples are shared out to threads, or with fewer samples
/// than threads the tiles of each.
template <class T, class Prepare, class Body>
void for_each_sample(Index batch, Index tiles, Index scratch_size, Prepare prepare, Body body) {
  if (batch >= num_threads()) {
    parallel_for(batch, 1, [&](Index first, Index last) {
      const Scratch<T> scratch(scratch_size);
      for (Index n = first; n < last; ++n) {
        prepare(n, scratch.data());
        body(n, Index(0), tiles, scratch.data());
      }
    });
    return;
  }
  const Scratch<T> scratch(scratch_size);
  for (Index n = 0; n < batch; ++n) {
    prepare(n, scratch.data());
    parallel_for(tiles, 1, [&](Index first, Index last) { body(n, first, last, scratch.data()); });
  }
}

template <class T>
void conv1d(const TileKernel<T>& kernel, const T* x, const T* w, const T* bias, T* y, const Conv1DSizes& s) {
  const Index filters = s.filters / s.groups, channels = s.channels / s.groups, m = s.out_length();
  const Index blocks = blocks_of(filters, kernel.rows), block_size = channels * s.kernel * kernel.rows;
  // Weights by blocks of kernel.rows filters: [group][block][channel][tap][filter].
  const Scratch<T> packed(s.groups * blocks * block_size);
  parallel_for(s.groups * blocks, 1, [&](Index first, Index last) {
    for (Index b = first; b < last; ++b) {
      T* const out = packed.data() + b * block_size;
      for (Index r = 0; r < kernel.rows; ++r) {
        const Index f = b % blocks * kernel.rows + r;
        const T* const from = w + (b / blocks * filters + f) * channels * s.kernel;
        for (Index i = 0; i < channels * s.kernel; ++i)
          out[i * kernel.rows + r] = f < filters ? from[i] : T(0);
      }
    }
  });

  const PhasedRows<T> rows(s, kernel.columns());
  const std::vector<Index> offsets = step_offsets(channels, rows.row(), rows.offsets());
  for_each_sample<T>(
      s.batch, blocks_of(m, kernel.columns()), rows.sample(),
      [&](Index n, T* scratch) { rows.pack(x + n * s.channels * s.length, scratch); },
      [&](Index n, Index first, Index last, const T* samples) {
        for (Index tile = first; tile < last; ++tile) {
          const Index j = tile * kernel.columns(), columns = std::min(kernel.columns(), m - j);
          for (Index b = 0; b < s.groups * blocks; ++b) {
            const Index g = b / blocks, f = b % blocks * kernel.rows;
            const T* pointers[max_rows];
            point_at_rows(pointers, packed.data() + b * block_size, 1, kernel.rows);
            run(kernel,
                Tile<T>{.steps = channels * s.kernel,
                        .a = pointers,
                        .a_step = kernel.rows,
                        .b = samples + g * channels * rows.row() + j,
                        .offsets = offsets.data(),
                        .bias = bias ? bias + g * filters + f : nullptr,
                        .y = y + ((n * s.groups + g) * filters + f) * m + j,
                        .y_row = m},
                std::min(kernel.rows, filters - f), columns);
          }
        }
      });
}

/// dx at sample p = q stride + phase of the padded row is the sum over filters and over the taps k of that
/// phase of w[f][c][k] dy[f][q - (k dilation) / stride]: for each phase a convolution of stride 1 over dy.
template <class T>
void conv1d_input_gradient(const TileKernel<T>& kernel, const T* dy, const T* w, T* dx,
                           const Conv1DSizes& s) {
  const Index filters = s.filters / s.groups, channels = s.channels / s.groups, m = s.out_length();
  const Index blocks = blocks_of(channels, kernel.rows);
  // Rows of dy with zeros on both sides, so that every tap of every phase may read.
  const Index lead = (s.kernel - 1) * s.dilation / s.stride;
  const Index positions = blocks_of(s.length + s.padding, s.stride);  // q < positions
  const Index width = lead + std::max(m, positions) + kernel.columns();

  struct Phase {
    std::vector<Index> taps, offsets;
    Index weights = 0;          // where its packed weights begin
    Index first = 0, last = 0;  // range of q whose samples exist
  };
  std::vector<Phase> phases(static_cast<std::size_t>(s.stride));
  Index total = 0;
  for (Index p = 0; p < s.stride; ++p) {
    Phase& phase = phases[static_cast<std::size_t>(p)];
    std::vector<Index> tap_offsets;
    for (Index k = 0; k < s.kernel; ++k) {
      if (k * s.dilation % s.stride != p) continue;
      phase.taps.push_back(k);
      tap_offsets.push_back(lead - k * s.dilation / s.stride);
    }
    phase.offsets = step_offsets(filters, width, tap_offsets);
    phase.weights = total;
    total += s.groups * blocks * filters * static_cast<Index>(phase.taps.size()) * kernel.rows;
    phase.first = std::max<Index>(0, blocks_of(s.padding - p, s.stride));
    phase.last = std::max(phase.first, blocks_of(s.length + s.padding - p, s.stride));
  }

  // Weights of a phase: [group][block of channels][filter][tap][channel].
  const Scratch<T> packed(total);
  for (const Phase& phase : phases) {
    const Index taps = static_cast<Index>(phase.taps.size());
    parallel_for(s.groups * blocks, 1, [&](Index first, Index last) {
      for (Index b = first; b < last; ++b) {
        T* out = packed.data() + phase.weights + b * filters * taps * kernel.rows;
        for (Index f = 0; f < filters; ++f) {
          for (Index t = 0; t < taps; ++t, out += kernel.rows) {
            const Index k = phase.taps[static_cast<std::size_t>(t)];
            for (Index r = 0; r < kernel.rows; ++r) {
              const Index c = b % blocks * kernel.rows + r;
              out[r] = c < channels ? w[((b / blocks * filters + f) * channels + c) * s.kernel + k] : T(0);
            }
          }
        }
      }
    });
  }

  const Index tiles_per_phase = blocks_of(positions, kernel.columns());
  for_each_sample<T>(
      s.batch, s.stride * tiles_per_phase, s.filters * width,
      [&](Index n, T* scratch) {
        for (Index f = 0; f < s.filters; ++f) {
          T* const row = scratch + f * width;
          std::fill_n(row, lead, T(0));
          std::copy_n(dy + (n * s.filters + f) * m, m, row + lead);
          std::fill(row + lead + m, row + width, T(0));
        }
      },
      [&](Index n, Index first, Index last, const T* rows) {
        alignas(64) T sums[max_rows * max_vectors * 64 / sizeof(T)];
        for (Index tile = first; tile < last; ++tile) {
          const Index p = tile / tiles_per_phase;
          const Phase& phase = phases[static_cast<std::size_t>(p)];
          const Index taps = static_cast<Index>(phase.taps.size());
          const Index q = phase.first + tile % tiles_per_phase * kernel.columns();
          const Index columns = std::min(kernel.columns(), phase.last - q);
          if (columns <= 0) continue;
          for (Index b = 0; b < s.groups * blocks; ++b) {
            const Index g = b / blocks, c = b % blocks * kernel.rows;
            const Index count = std::min(kernel.rows, channels - c);
            const T* pointers[max_rows];
            point_at_rows(pointers, packed.data() + phase.weights + b * filters * taps * kernel.rows, 1,
                          kernel.rows);
            T* const out = dx + ((n * s.groups + g) * channels + c) * s.length + q * s.stride + p - s.padding;
            const bool direct = s.stride == 1;
            run(kernel,
                Tile<T>{.steps = filters * taps,
                        .a = pointers,
                        .a_step = kernel.rows,
                        .b = rows + g * filters * width + q,
                        .offsets = phase.offsets.data(),
                        .y = direct ? out : sums,
                        .y_row = direct ? s.length : kernel.columns()},
                count, columns);
            if (direct) continue;
            for (Index r = 0; r < count; ++r)
              for (Index j = 0; j < columns; ++j)
                out[r * s.length + j * s.stride] = sums[r * kernel.columns() + j];
          }
        }
      });
}

/// dw[f][c][k] is the sum over samples and outputs j of dy[f][j] x[c][j stride + k dilation - padding]: a
/// tile's rows are (channel, tap) pairs, its columns filters, its steps j. Samples are added in their order.
template <class T>
void conv1d_weight_gradient(const TileKernel<T>& kernel, const T* dy, const T* x, T* dw, T* db,
                            const Conv1DSizes& s) {
  const Index filters = s.filters / s.groups, m = s.out_length();
  const Index pairs = s.channels / s.groups * s.kernel;
  const Index width = blocks_of(filters, kernel.lanes) * kernel.lanes;
  // A block of work is a group of pairs: for `depth` steps of j the tile of dy stays in first-level cache
  // while all pairs of the group use it.
  constexpr Index depth = 128;
  const Index rows_per_group = 8 * kernel.rows, row_groups = blocks_of(pairs, rows_per_group);
  constexpr Index together = 8;  // samples packed between two barriers

  const PhasedRows<T> rows(s, 0);
  const std::vector<Index> offsets = step_offsets(std::min(m, depth), width);
  const Index transposed = s.groups * m * width;
  const Scratch<T> samples(std::min(together, s.batch) * rows.sample());
  const Scratch<T> outputs(std::min(together, s.batch) * transposed);  // dy as [n][group][j][filter]
  const Scratch<T> sums(s.groups * pairs * width);                     // [group][pair][filter]
  Memory::fill(sums.data(), s.groups * pairs * width, T(0));

  for (Index begin = 0; begin < s.batch; begin += together) {
    const Index count = std::min(together, s.batch - begin);
    parallel_for(count, 1, [&](Index first, Index last) {
      for (Index n = first; n < last; ++n) {
        rows.pack(x + (begin + n) * s.channels * s.length, samples.data() + n * rows.sample());
        for (Index g = 0; g < s.groups; ++g) {
          T* const out = outputs.data() + n * transposed + g * m * width;
          const T* const from = dy + ((begin + n) * s.groups + g) * filters * m;
          constexpr Index strip = 16;  // of j: its lines of `out` stay in first-level cache
          for (Index j = 0; j < m; j += strip) {
            const Index end = std::min(m, j + strip);
            for (Index f = 0; f < filters; ++f)
              for (Index i = j; i < end; ++i) out[i * width + f] = from[f * m + i];
            for (Index i = j; i < end; ++i) std::fill(out + i * width + filters, out + (i + 1) * width, T(0));
          }
        }
      }
    });
    parallel_for(s.groups * row_groups, 1, [&](Index first, Index last) {
      for (Index block = first; block < last; ++block) {
        const Index g = block / row_groups;
        const Index first_pair = block % row_groups * rows_per_group;
        const Index last_pair = std::min(pairs, first_pair + rows_per_group);
        for (Index n = 0; n < count; ++n) {
          const T* const sample =
              samples.data() + n * rows.sample() + g * (s.channels / s.groups) * rows.row();
          const T* const dy_n = outputs.data() + n * transposed + g * m * width;
          for (Index j = 0; j < m; j += depth) {
            for (Index f = 0; f < width; f += kernel.columns()) {
              for (Index pair = first_pair; pair < last_pair; pair += kernel.rows) {
                const Index row_count = std::min(kernel.rows, last_pair - pair);
                const T* pointers[max_rows];
                for (Index r = 0; r < max_rows; ++r) {
                  const Index p = pair + std::min(r, row_count - 1);
                  pointers[r] = sample + p / s.kernel * rows.row() +
                                rows.offsets()[static_cast<std::size_t>(p % s.kernel)] + j;
                }
                const Tile<T> tile{.steps = std::min(depth, m - j),
                                   .a = pointers,
                                   .b = dy_n + j * width + f,
                                   .offsets = offsets.data(),
                                   .add = true,
                                   .y = sums.data() + (g * pairs + pair) * width + f,
                                   .y_row = width};
                run(kernel, tile, row_count, std::min(kernel.columns(), width - f));
              }
            }
          }
        }
      }
    });
  }
  parallel_for(s.filters, 1, [&](Index first, Index last) {
    for (Index f = first; f < last; ++f) {
      const T* const from = sums.data() + f / filters * pairs * width + f % filters;
      for (Index pair = 0; pair < pairs; ++pair) dw[f * pairs + pair] = from[pair * width];
      if (!db) continue;
      double sum = 0;
      for (Index n = 0; n < s.batch; ++n) {
        const T* const row = dy + (n * s.filters + f) * m;
        double part[4] = {};
        Index j = 0;
        for (; j + 4 <= m; j += 4)
          for (Index lane = 0; lane < 4; ++lane) part[lane] += static_cast<double>(row[j + lane]);
        for (; j < m; ++j) part[0] += static_cast<double>(row[j]);
        sum += (part[0] + part[1]) + (part[2] + part[3]);
      }
      db[f] = static_cast<T>(sum);
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
