#pragma once

#include <algorithm>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/multiply_rows.hpp"
#include "ebb/backend/cpu/tiled/thin.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Matrix products. For every `depth` steps of the inner axis columns of b are packed into second-level
/// cache; then, panel by panel, they go into first-level cache and meet all rows of a, which is read where it
/// lies.

namespace EBB_NAMESPACE::cpu::tiled {

/// Steps of the inner axis that are packed together, and the size of what is packed.
inline constexpr Index packed_depth = 576, packed_size = 512 << 10;

/// One operand: element (line, step) at data[line * line_stride + step * step_stride], one stride is 1. Lines
/// are the rows of a or the columns of b.
template <class T>
struct Operand {
  const T* data;
  Index line_stride, step_stride, lines;
};

/// Packs `vectors` groups of lanes lines, from `line` on, and `steps` steps, from `step` on: out[i * out_step
/// + j]. Lines that do not exist repeat others.
template <class T>
void pack_lines(const Kernels<T>& kernel, const Operand<T>& o, Index line, Index vectors, Index step,
                Index steps, T* out, Index out_step) {
  const T* const from = o.data + line * o.line_stride + step * o.step_stride;
  if (o.line_stride == 1) {
    const Index whole = std::min(vectors, (o.lines - line) / kernel.lanes);
    kernel.copy({.from = from,
                 .step = o.step_stride,
                 .count = steps,
                 .vectors = whole,
                 .out = out,
                 .out_step = out_step});
    for (Index lane = whole * kernel.lanes; lane < vectors * kernel.lanes; ++lane)
      for (Index i = 0; i < steps; ++i)
        out[i * out_step + lane] = from[std::min(lane, o.lines - line - 1) + i * o.step_stride];
    return;
  }
  for (Index v = 0; v < vectors; ++v, out += kernel.lanes) {
    const T* rows[max_lanes];
    for (Index lane = 0; lane < kernel.lanes; ++lane)
      rows[lane] = from + std::min(v * kernel.lanes + lane, o.lines - line - 1) * o.line_stride;
    kernel.gather({.rows = rows,
                   .step = 8,
                   .count = steps / 8,
                   .out = out,
                   .out_step = 8 * out_step,
                   .plane = out_step});
    for (Index i = steps / 8 * 8; i < steps; ++i)
      for (Index lane = 0; lane < kernel.lanes; ++lane) out[i * out_step + lane] = rows[lane][i];
  }
}

/// What of c a thread computes at a time, for the steps [step, end).
struct MatmulBlock {
  Index row, rows, column, columns, step, end;
};

template <class T>
void multiply_block(const Kernels<T>& kernel, const Operand<T>& a, const Operand<T>& b,
                    const MatmulBlock& block, const T* bias, T* c, Index c_row) {
  const Index lanes = kernel.lanes, size = static_cast<Index>(sizeof(T));
  const Panels panels(blocks_of(block.columns, lanes));
  const Index depth = even_part(block.end - block.step, packed_depth);
  // Panels packed at a time: long stretches of each line of b, as much as the cache takes beside a.
  const Index fitting = packed_size / (depth * kernel.columns() * size);
  const Index group = std::clamp<Index>(fitting, 1, panels.count);
  // Results count less: a tile fetches them while it sums.
  const bool far = block.rows * (block.end - block.step + block.columns / 4) * size > far_size;
  const Index row_group = far ? far_rows : block.rows;
  const Index packed_steps = b.line_stride == 1 ? 8 : depth;
  const Scratch<T> packed_b(group * kernel.columns() * depth);
  // The last columns, where they fill no vector, are put together aside.
  const bool ragged = block.columns % lanes != 0;
  const Scratch<T> aside(ragged ? (block.rows + 1) * kernel.columns() : 0);
  const Index aside_column = panels.first(panels.count - 1) * lanes,
              aside_columns = block.columns - aside_column;
  if (ragged && bias)
    std::copy_n(bias + block.column + aside_column, aside_columns,
                aside.data() + block.rows * kernel.columns());
  for (Index step = block.step; step < block.end; step += depth) {
    const Index steps = std::min(depth, block.end - step), tile_steps = even_part(steps, tile_depth);
    for (Index first = 0; first < panels.count; first += group) {
      const Index last = std::min(panels.count, first + group);
      // A few steps of all panels, then the next ones: where lines are neighbours, a row of b is read in one
      // go.
      for (Index i = 0; i < steps; i += packed_steps) {
        for (Index panel = first; panel < last; ++panel) {
          const Index width = panels.width(panel) * lanes;
          pack_lines(kernel, b, block.column + panels.first(panel) * lanes, panels.width(panel), step + i,
                     std::min(packed_steps, steps - i),
                     packed_b.data() + (panel - first) * kernel.columns() * depth + i * width, width);
        }
      }
      const auto multiply = [&](Index row, Index part, Index panel) {
        const bool add = step > block.step || part > 0, is_aside = ragged && panel == panels.count - 1;
        const Index width = panels.width(panel) * lanes, column = block.column + panels.first(panel) * lanes;
        const T* const start = !bias || add ? nullptr
                               : is_aside   ? aside.data() + block.rows * kernel.columns()
                                            : bias + column;
        multiply_rows(
            kernel, panels.width(panel), std::min(row_group, block.rows - row),
            {.steps = std::min(tile_steps, steps - part),
             .a = a.data + (block.row + row) * a.line_stride + (step + part) * a.step_stride,
             .a_row = a.line_stride,
             .a_step = a.step_stride,
             .b = packed_b.data() + (panel - first) * kernel.columns() * depth + part * width,
             .b_step = width,
             .added = start,
             .add = add,
             .y = is_aside ? aside.data() + row * kernel.columns() : c + (block.row + row) * c_row + column,
             .y_row = is_aside ? kernel.columns() : c_row});
      };
      for (Index row = 0; row < block.rows; row += row_group)
        for (Index part = 0; part < steps; part += tile_steps)
          for (Index panel = first; panel < last; ++panel) multiply(row, part, panel);
    }
  }
  if (ragged)
    for (Index row = 0; row < block.rows; ++row)
      std::copy_n(aside.data() + row * kernel.columns(), aside_columns,
                  c + (block.row + row) * c_row + block.column + aside_column);
}

template <class T>
void matmul(const Kernels<T>& kernel, const T* a, const T* b, const T* bias, T* c, const MatmulSizes& s) {
  if (s.k > 0 && is_thin(s)) return matmul_thin(kernel, a, b, bias, c, s);
  // Few results with a long sum: the sum is cut into parts, whose number and order no thread count changes.
  constexpr Index part_steps = 4096, part_results = 1 << 16;
  const Index parts = s.m * s.n <= part_results ? std::clamp<Index>(s.k / part_steps, 1, 16) : 1;
  const Index steps = blocks_of(blocks_of(s.k, parts), 8) * 8;
  // Blocks of rows and columns: enough for every thread, wide enough to be worth packing.
  const Index fitting =
      (320 << 10) / (std::clamp<Index>(s.k, 1, packed_depth) * kernel.lanes * static_cast<Index>(sizeof(T)));
  const Index row_cuts = blocks_of(s.m, std::max<Index>(1, fitting) * kernel.lanes);
  const Index row_block = blocks_of(s.m, std::max<Index>(1, row_cuts) * kernel.lanes) * kernel.lanes;
  const Index row_blocks = blocks_of(s.m, std::max<Index>(row_block, 1));
  constexpr Index little_work = 1 << 20;  // takes no longer than to start threads
  const Index tasks = s.batch * s.m * s.n * s.k < little_work ? 1 : 4 * num_threads();
  const Index wanted = blocks_of(tasks, std::max<Index>(1, s.batch * row_blocks * parts));
  const Index panels = blocks_of(s.n, kernel.columns());
  const Index column_block =
      blocks_of(panels, std::clamp<Index>(wanted, 1, std::max<Index>(panels, 1))) * kernel.columns();
  const Index column_blocks = blocks_of(s.n, std::max<Index>(column_block, 1));
  const Index c_size = s.m * s.n;
  const Scratch<T> partial(parts > 1 ? parts * s.batch * c_size : 0);
  T* const sums = parts > 1 ? partial.data() : c;

  if (s.k == 0) Memory::fill(c, s.batch * c_size, T(0));
  parallel_for(s.k == 0 ? 0 : parts * s.batch * row_blocks * column_blocks, 1, [&](Index first, Index last) {
    for (Index task = first; task < last; ++task) {
      const Index block = task % (row_blocks * column_blocks),
                  item = task / (row_blocks * column_blocks) % s.batch;
      const Index part = task / (row_blocks * column_blocks) / s.batch;
      const Index row = block / column_blocks * row_block, column = block % column_blocks * column_block;
      const Operand<T> of_a{a + item * s.m * s.k, s.transpose_a ? 1 : s.k, s.transpose_a ? s.m : 1, s.m};
      const Operand<T> of_b{b + item * s.k * s.n, s.transpose_b ? s.k : 1, s.transpose_b ? 1 : s.n, s.n};
      multiply_block(kernel, of_a, of_b,
                     {.row = row,
                      .rows = std::min(row_block, s.m - row),
                      .column = column,
                      .columns = std::min(column_block, s.n - column),
                      .step = part * steps,
                      .end = std::min(s.k, (part + 1) * steps)},
                     parts == 1 ? bias : nullptr, sums + (part * s.batch + item) * c_size, s.n);
    }
  });
  if (parts == 1 && s.k > 0) return;
  parallel_for(s.batch * s.m, std::max<Index>(1, (1 << 12) / std::max<Index>(1, s.n)),
               [&](Index first, Index last) {
                 for (Index row = first; row < last; ++row) {
                   for (Index j = 0; j < s.n; ++j) {
                     T sum = sums[row * s.n + j];
                     for (Index part = 1; part < parts; ++part)
                       sum += sums[part * s.batch * c_size + row * s.n + j];
                     c[row * s.n + j] = bias ? sum + bias[j] : sum;
                   }
                 }
               });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
