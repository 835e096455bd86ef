#pragma once

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/bf16/block.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/core/parallel.hpp"

/// Products with a packed matrix of weights, as Dense layers need them: rows of x are rounded when they are
/// used, some of their length at a time, so that both operands stay in cache.

namespace EBB_NAMESPACE::cpu::bf16 {

/// The weights (n, k) of y = x w^T, rounded and cut into tiles of 16 columns of y.
class MatmulWeights {
 public:
  template <class T>
  MatmulWeights(const T* w, Index columns, Index inner)
      : n_(columns),
        k_(inner),
        steps_(blocks_of(inner, step_size)),
        tiles_(static_cast<std::size_t>(blocks_of(columns, tile_size) * steps_)) {
    for (Index j = 0; j < n_; ++j, w += k_) {
      Tile* const tile = tiles_.data() + j / tile_size * steps_;
      for (Index i = 0; i < k_; ++i) {
        const auto weight = static_cast<Pair>(bfloat16(static_cast<float>(w[i])).bits);
        tile[i / step_size].pairs[i % step_size / 2 * tile_size + j % tile_size] |= weight << (i % 2 * 16);
      }
    }
  }

  [[nodiscard]] Index n() const { return n_; }
  [[nodiscard]] Index k() const { return k_; }
  [[nodiscard]] Index steps() const { return steps_; }
  /// The tiles from one of the first columns of 16 on; those of the next 16 are steps() further.
  [[nodiscard]] const Tile* tiles(Index column) const { return tiles_.data() + column / tile_size * steps_; }

 private:
  Index n_, k_, steps_;
  std::vector<Tile> tiles_;
};

/// One row's part from step `first` on, rounded: row[step * 256 + p] for the pairs p of each step.
template <class T>
void pack_row(const Kernel& kernel, const T* x, Index k, Index first, Index steps, Pair* row) {
  constexpr Index distance = tile_size * tile_size;
  const auto pack = [&](const T* from, Index count, Pair* to) {
    if constexpr (std::is_same_v<T, float>) {
      kernel.round(from, count, to, distance);
    } else {
      for (Index i = 0; i < count; i += step_size, to += distance)
        std::memcpy(to, from + i, step_size * sizeof(T));
    }
  };
  const Index whole = std::min(steps, k / step_size - first);
  pack(x + first * step_size, whole * step_size, row);
  if (whole == steps) return;
  T rest[step_size]{};
  std::copy(x + (first + whole) * step_size, x + k, rest);
  pack(rest, step_size, row + whole * distance);
}

/// y = x w^T + bias, cut off below 0 where `relu` is set: x (m, k) of float or bfloat16, y (m, n). No bias:
/// null.
template <class T>
void matmul(const Kernel& kernel, const MatmulWeights& weights, const T* x, const float* bias, bool relu,
            float* y, Index m) {
  const Index n = weights.n(), k = weights.k();
  // A unit of work is some rows times some columns over a part of the inner axis. Parts, up to 64 steps (x
  // then takes 512 KB for 128 rows), are summed up at the end in their order; they do not depend on the
  // number of threads, and how rows and columns are cut changes no result.
  const Index parts = std::max<Index>(1, blocks_of(weights.steps(), 64));
  const Index part = blocks_of(weights.steps(), parts), slice = steps_at_once(part);
  // Less takes no longer than to start threads: of products, or of weights where there are few rows.
  constexpr Index little_work = 1 << 24, few_weights = 1 << 18;
  const bool little = m * n * k < little_work && n * k < few_weights;
  const Index wanted = little || num_threads() == 1 ? 1 : 2 * num_threads();
  Index rows_at_once = 4 * block_size;
  while (rows_at_once > block_size && blocks_of(m, rows_at_once) * parts < wanted) rows_at_once /= 2;
  const Index row_units = blocks_of(m, rows_at_once), column_blocks = blocks_of(n, block_size);
  const Index cuts = blocks_of(wanted, std::max<Index>(1, row_units * parts));
  const Index columns_at_once =
      blocks_of(column_blocks, std::min(cuts, std::max<Index>(1, column_blocks))) * block_size;
  const Index column_units = n > 0 ? blocks_of(n, columns_at_once) : 0;

  constexpr Index block_sums = block_size * block_size;
  const Index row_blocks = blocks_of(m, block_size), blocks = row_blocks * column_blocks;
  const Scratch<float> sums(parts * blocks * block_sums);  // [part][row block][column block]
  const Scratch<Index> offsets(part);
  for (Index step = 0; step < part; ++step) offsets.data()[step] = step * tile_size * tile_size;

  parallel_for(row_units * column_units * parts, 1, [&](Index unit, Index) {
    const Index p = unit % parts, first_step = p * part, steps = std::min(part, weights.steps() - first_step);
    const Index first_row = unit / parts / column_units * rows_at_once,
                rows = std::min(rows_at_once, m - first_row);
    const Index first_column = unit / parts % column_units * columns_at_once;
    const Index last_column = std::min(n, first_column + columns_at_once);
    const Scratch<Tile> a(blocks_of(rows, tile_size) * part);
    const auto packed_row = [&](Index row, Index step) {
      return a.data()[row / tile_size * part + step].pairs + row % tile_size * tile_size;
    };
    for (Index row = 0; row < rows; ++row)
      pack_row(kernel, x + (first_row + row) * k, k, first_step, steps, packed_row(row, 0));
    // Leftovers may be denormal, which is slow in floats.
    const Index missing = rows_read(rows) - rows;
    for (Index step = 0; step < steps && missing > 0; ++step)
      std::memset(packed_row(rows, step), 0, static_cast<std::size_t>(missing * tile_size) * sizeof(Pair));
    kernel.begin(tile_size);
    for (Index column = first_column; column < last_column; column += block_size) {
      for (Index step = 0; step == 0 || step < steps; step += slice) {
        for (Index row = 0; row < rows; row += block_size) {
          const Index block = (first_row + row) / block_size * column_blocks + column / block_size;
          kernel.block({.steps = std::min(slice, steps - step),
                        .rows = std::min(block_size, rows - row),
                        .columns = std::min(block_size, last_column - column),
                        .a = a.data() + row / tile_size * part + step,
                        .a_next = part,
                        .b = steps > 0 ? weights.tiles(column)[first_step + step].pairs : nullptr,
                        .b_row = tile_size,
                        .b_next = weights.steps() * tile_size * tile_size,
                        .offsets = offsets.data(),
                        .add = step > 0,
                        .y = sums.data() + (p * blocks + block) * block_sums,
                        .y_row = block_size,
                        .y_next = tile_size});
        }
      }
    }
    kernel.end();
  });

  constexpr Index few_sums = 1 << 13;
  const Index grain =
      std::max<Index>(1, few_sums / (parts * block_size * std::clamp<Index>(m, 1, block_size)));
  parallel_for(blocks, grain, [&](Index first, Index last) {
    for (Index block = first; block < last; ++block) {
      const Index row = block / column_blocks * block_size, column = block % column_blocks * block_size;
      const Index columns = std::min(block_size, n - column);
      for (Index r = 0; r < std::min(block_size, m - row); ++r) {
        float* const sum = sums.data() + block * block_sums + r * block_size;
        for (Index p = 1; p < parts; ++p) {
          const float* const other = sum + p * blocks * block_sums;
          for (Index j = 0; j < columns; ++j) sum[j] += other[j];
        }
        kernel.finish(sum, columns, bias ? bias + column : nullptr, relu, y + (row + r) * n + column);
      }
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::bf16
