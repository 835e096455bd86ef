#pragma once

#include <algorithm>
#include <vector>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/tile.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Matrix products by tiles. A block of work is a group of panels of columns of c and some of its rows. For
/// every `depth` steps of the inner axis a panel's part of b is copied into a dense depth x columns buffer,
/// which stays in the first-level cache while all tiles of the panel use it; a is read where it lies, its
/// rows of these steps coming from the second level for all panels of the group but the first.

namespace EBB_NAMESPACE::cpu::tiled {

/// panel[i][j] = b(first + i, column + j), zeros up to the panel's width.
template <class T>
void pack_panel(const T* b, const MatmulSizes& s, Index first, Index steps, Index column, Index columns,
                Index width, T* panel) {
  if (s.transpose_b) {
    for (Index j = 0; j < columns; ++j) {
      const T* const from = b + (column + j) * s.k + first;
      for (Index i = 0; i < steps; ++i) panel[i * width + j] = from[i];
    }
  } else {
    for (Index i = 0; i < steps; ++i) std::copy_n(b + (first + i) * s.n + column, columns, panel + i * width);
  }
  if (columns == width) return;
  for (Index i = 0; i < steps; ++i) std::fill(panel + i * width + columns, panel + (i + 1) * width, T(0));
}

template <class T>
void matmul(const TileKernel<T>& kernel, const T* a, const T* b, const T* bias, T* c, const MatmulSizes& s) {
  constexpr Index depth = 128;
  const Index width = kernel.columns();
  const Index panels = blocks_of(s.n, width);
  // Few panels: cut the rows too, so that every thread has work. How c is cut changes no result.
  const Index group = std::clamp<Index>(blocks_of(panels, 2 * num_threads()), 1, 8);
  const Index groups = blocks_of(panels, group);
  const Index cuts = std::max<Index>(1, 2 * num_threads() / std::max<Index>(1, groups * s.batch));
  const Index rows_per_block = std::clamp<Index>(blocks_of(s.m, cuts * kernel.rows), 4, 64) * kernel.rows;
  const Index row_blocks = blocks_of(s.m, rows_per_block);
  const Index a_row = s.transpose_a ? 1 : s.k, a_step = s.transpose_a ? s.m : 1;
  const std::vector<Index> offsets = step_offsets(depth, width);

  parallel_for(s.batch * groups * row_blocks, 1, [&](Index first_block, Index last_block) {
    const Scratch<T> panel(depth * width);
    for (Index block = first_block; block < last_block; ++block) {
      const Index item = block / (groups * row_blocks);
      const Index first_column = block / row_blocks % groups * group * width;
      const Index last_column = std::min(s.n, first_column + group * width);
      const Index first_row = block % row_blocks * rows_per_block;
      const Index last_row = std::min(s.m, first_row + rows_per_block);
      const T* const a_item = a + item * s.m * s.k;
      T* const out = c + item * s.m * s.n;
      for (Index row = first_row; row < last_row; ++row) {
        for (Index j = first_column; j < last_column; ++j) out[row * s.n + j] = bias ? bias[j] : T(0);
      }
      for (Index step = 0; step < s.k; step += depth) {
        const Index steps = std::min(depth, s.k - step);
        for (Index column = first_column; column < last_column; column += width) {
          const Index columns = std::min(width, last_column - column);
          pack_panel(b + item * s.k * s.n, s, step, steps, column, columns, width, panel.data());
          for (Index row = first_row; row < last_row; row += kernel.rows) {
            const Index rows = std::min(kernel.rows, last_row - row);
            const T* pointers[max_rows];
            point_at_rows(pointers, a_item + row * a_row + step * a_step, a_row, rows);
            const Tile<T> tile{.steps = steps,
                               .a = pointers,
                               .a_step = a_step,
                               .b = panel.data(),
                               .offsets = offsets.data(),
                               .add = true,
                               .y = out + row * s.n + column,
                               .y_row = s.n};
            run(kernel, tile, rows, columns);
          }
        }
      }
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
