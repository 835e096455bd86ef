#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/tile.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Matrix products by tiles. A block of work is a panel of columns of c and some of its rows. For every
/// `depth` steps of the inner axis the panel's part of b is copied into a dense depth x columns buffer, which
/// stays in the second-level cache while all tiles of the panel use it; a is read where it lies.

namespace EBB_NAMESPACE::cpu::tiled {

/// panel[i][j] = b(first + i, column + j), zeros up to the panel's width.
template <class T>
void pack_panel(const T* b, const MatmulSizes& s, Index first, Index steps, Index column, Index columns,
                Index width, T* panel) {
  if (s.transpose_b) {
    // Rows of the stored b run along the panel's columns: sixteen steps at a time stay in first-level cache.
    constexpr Index strip = 256;
    for (Index i = 0; i < steps; i += strip) {
      const Index count = std::min(strip, steps - i);
      for (Index j = 0; j < columns; ++j) {
        const T* const from = b + (column + j) * s.k + first + i;
        for (Index k = 0; k < count; ++k) panel[(i + k) * width + j] = from[k];
      }
    }
  } else {
    for (Index i = 0; i < steps; ++i) std::copy_n(b + (first + i) * s.n + column, columns, panel + i * width);
  }
  if (columns == width) return;
  for (Index i = 0; i < steps; ++i) std::fill(panel + i * width + columns, panel + (i + 1) * width, T(0));
}

template <class T>
void matmul(const TileKernel<T>& kernel, const T* a, const T* b, const T* bias, T* c, const MatmulSizes& s) {
  constexpr Index depth = 256;
  const Index width = kernel.columns();
  const Index panels = (s.n + width - 1) / width;
  // Few panels: cut the rows too, so that every thread has work. The cut changes no result.
  const Index wanted = std::max<Index>(1, 4 * num_threads() / std::max<Index>(1, panels * s.batch));
  const Index rows_per_block =
      std::max<Index>((s.m / wanted + kernel.rows - 1) / kernel.rows * kernel.rows, 4 * kernel.rows);
  const Index row_blocks = (s.m + rows_per_block - 1) / rows_per_block;
  const Index last_columns = s.n - (panels - 1) * width;
  const Index last_width = (last_columns + kernel.lanes - 1) / kernel.lanes * kernel.lanes;
  const Index a_row = s.transpose_a ? 1 : s.k, a_step = s.transpose_a ? s.m : 1;

  parallel_for(s.batch * panels * row_blocks, 1, [&](Index first_block, Index last_block) {
    const Scratch<T> panel(depth * width);
    const std::vector<Index> full = step_offsets(depth, width);
    const std::vector<Index> edge = step_offsets(depth, last_width);
    for (Index block = first_block; block < last_block; ++block) {
      const Index item = block / (panels * row_blocks), column = block / row_blocks % panels * width;
      const Index first_row = block % row_blocks * rows_per_block;
      const Index last_row = std::min(s.m, first_row + rows_per_block);
      const Index columns = std::min(width, s.n - column);
      const Index padded = columns == width ? width : last_width;
      const Index* const offsets = columns == width ? full.data() : edge.data();
      const T* const a_item = a + item * s.m * s.k;
      T* const out = c + item * s.m * s.n + column;
      for (Index row = first_row; row < last_row; ++row) {
        for (Index j = 0; j < columns; ++j) out[row * s.n + j] = bias ? bias[column + j] : T(0);
      }
      for (Index step = 0; step < s.k; step += depth) {
        const Index steps = std::min(depth, s.k - step);
        pack_panel(b + item * s.k * s.n, s, step, steps, column, columns, padded, panel.data());
        for (Index row = first_row; row < last_row; row += kernel.rows) {
          const Index rows = std::min(kernel.rows, last_row - row);
          const T* pointers[max_rows];
          point_at_rows(pointers, a_item + row * a_row + step * a_step, a_row, rows);
          run(kernel,
              Tile<T>{.steps = steps,
                      .a = pointers,
                      .a_step = a_step,
                      .b = panel.data(),
                      .offsets = offsets,
                      .add = true,
                      .y = out + row * s.n,
                      .y_row = s.n},
              rows, columns);
        }
      }
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
