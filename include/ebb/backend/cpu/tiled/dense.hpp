#pragma once

#include <algorithm>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/kernels.hpp"
#include "ebb/backend/cpu/tiled/multiply_rows.hpp"
#include "ebb/core/parallel.hpp"

/// A Dense layer with weights packed once. What Flatten makes of (channels, positions) is taken position by
/// position, so that a row may end after any of them: features behind its end are no work at all.

namespace EBB_NAMESPACE::cpu::tiled {

/// All at least 1.
struct DenseSizes {
  Index channels = 1, positions = 0, outputs = 0;

  [[nodiscard]] Index features() const { return channels * positions; }
};

/// y[j * channels + c] = x[c * x_step + j] for positions j < count.
template <class T>
void transpose_positions(const Kernels<T>& kernel, const T* x, Index x_step, Index channels, Index count,
                         T* y) {
  const Index whole_channels = channels / kernel.lanes * kernel.lanes, whole = count / 8 * 8;
  for (Index c = 0; c < whole_channels; c += kernel.lanes) {
    const T* rows[max_lanes];
    for (Index lane = 0; lane < kernel.lanes; ++lane) rows[lane] = x + (c + lane) * x_step;
    kernel.gather({.rows = rows,
                   .step = 8,
                   .count = whole / 8,
                   .out = y + c,
                   .out_step = 8 * channels,
                   .plane = channels});
    for (Index j = whole; j < count; ++j)
      for (Index lane = 0; lane < kernel.lanes; ++lane) y[j * channels + c + lane] = rows[lane][j];
  }
  for (Index c = whole_channels; c < channels; ++c)
    for (Index j = 0; j < count; ++j) y[j * channels + c] = x[c * x_step + j];
}

/// Rows to be multiplied, position by position: row i begins at x + i * features. `used`, of a layer that has
/// a tail: how many features of each row count, not increasing, multiples of `depth` or all of them; null:
/// all of every row.
template <class T>
struct DenseRows {
  const T* x = nullptr;
  Index count = 0;
  const Index* used = nullptr;
};

/// The weights (outputs, channels, positions) as operand b: [block of `depth` steps][panel of
/// outputs][step][lane]. A panel of a block stays in first-level cache.
template <class T>
class DenseWeights {
 public:
  DenseWeights(const Kernels<T>& kernel, const T* w, const DenseSizes& s)
      : kernel_(kernel),
        sizes_(s),
        panels_(blocks_of(s.outputs, kernel.lanes)),
        depth_(even_part(s.features(), tile_depth)),
        data_(s.features() * width()) {
    parallel_for(blocks(), 1, [&](Index first, Index last) {
      for (Index step = first * depth_; step < std::min(s.features(), last * depth_); ++step) {
        const Index block = step / depth_, feature = step % s.channels * s.positions + step / s.channels;
        for (Index p = 0; p < panels_.count; ++p) {
          const Index columns = panels_.width(p) * kernel.lanes, output = panels_.first(p) * kernel.lanes;
          T* const to = data_.data() + (panel(block, p) - data_.data()) + step % depth_ * columns;
          for (Index j = 0; j < columns; ++j)
            to[j] = output + j < s.outputs ? w[(output + j) * s.features() + feature] : T(0);
        }
      }
    });
  }

  [[nodiscard]] const DenseSizes& sizes() const { return sizes_; }
  [[nodiscard]] const Kernels<T>& kernel() const { return kernel_; }
  [[nodiscard]] const Panels& panels() const { return panels_; }
  /// Outputs, filled up to whole vectors.
  [[nodiscard]] Index width() const { return panels_.vectors * kernel_.lanes; }
  /// Features of a block.
  [[nodiscard]] Index depth() const { return depth_; }
  [[nodiscard]] Index blocks() const { return blocks_of(sizes_.features(), depth_); }
  [[nodiscard]] Index steps(Index block) const {
    return std::min(depth_, sizes_.features() - block * depth_);
  }
  /// Operand b of a block for one panel of outputs.
  [[nodiscard]] const T* panel(Index block, Index panel) const {
    return data_.data() + block * depth_ * width() + panels_.first(panel) * kernel_.lanes * steps(block);
  }

 private:
  const Kernels<T>& kernel_;
  DenseSizes sizes_;
  Panels panels_;
  Index depth_;
  Scratch<T> data_;
};

/// sums (count, width) of the blocks [first, last) for rows [row, row + count) and some panels; all of these
/// sums are written, or added to.
template <class T>
void multiply_blocks(const DenseWeights<T>& weights, const DenseRows<T>& rows, Index row, Index count,
                     Index first, Index last, bool add, Index first_panel, Index last_panel, T* sums) {
  const Kernels<T>& kernel = weights.kernel();
  const Index width = weights.width(), features = weights.sizes().features();
  const Panels& panels = weights.panels();
  for (Index i = first; i < last; ++i) {
    Index active = count;
    while (rows.used && active > 0 && rows.used[row + active - 1] <= i * weights.depth()) --active;
    for (Index panel = first_panel; panel < last_panel; ++panel) {
      const Index columns = panels.width(panel) * kernel.lanes;
      T* const to = sums + panels.first(panel) * kernel.lanes;
      if (i == first && !add)
        for (Index r = active; r < count; ++r) std::fill_n(to + r * width, columns, T(0));
      multiply_rows(kernel, panels.width(panel), active,
                    {.steps = weights.steps(i),
                     .a = rows.x + row * features + i * weights.depth(),
                     .a_row = features,
                     .a_step = 1,
                     .b = weights.panel(i, panel),
                     .b_step = columns,
                     .add = add || i > first,
                     .y = to,
                     .y_row = width});
    }
  }
}

/// The same, sums being written, in an order that suits the caches.
template <class T>
void multiply_dense(const DenseWeights<T>& weights, const DenseRows<T>& rows, Index row, Index count,
                    Index first, Index last, Index first_panel, Index last_panel, T* sums) {
  constexpr Index size = static_cast<Index>(sizeof(T)), cached_size = 384 << 10;
  const bool far = count * weights.sizes().features() * size > far_size;
  const Index group = far ? far_rows : count;
  const Index blocks =
      far ? std::max<Index>(1, cached_size / (weights.depth() * weights.width() * size)) : last - first;
  for (Index block = first; block < last; block += blocks)
    for (Index r = 0; r < count; r += group)
      multiply_blocks(weights, rows, row + r, std::min(group, count - r), block,
                      std::min(last, block + blocks), block > first, first_panel, last_panel,
                      sums + r * weights.width());
}

/// finish(row, sums of the row) for every row, when all of x w^T is there. The sum is cut into parts, whose
/// number and order no thread count changes.
template <class T, class Finish>
void dense(const DenseWeights<T>& weights, const DenseRows<T>& rows, Finish finish) {
  const Index blocks = weights.blocks(), width = weights.width(), panels = weights.panels().count;
  // For threads that rows are too few for: parts of 24 blocks (5,000 features) at least, beside which their
  // sums are soon added up, and at most 16, since memory holds the sums of all. An even number, so that two
  // threads have the same to do.
  const Index parts = std::max<Index>(1, std::min<Index>(blocks / 24, 16) / 2 * 2),
              part = blocks_of(blocks, parts);
  // Where the parts are too few for all threads, long rows are shared out, and short ones meet one panel
  // after another. What takes no longer than starting threads does not start any.
  constexpr Index little_work = 1 << 21;
  const Index work = weights.sizes().features() * width * (rows.count + 16);
  const Index wanted = work < little_work || num_threads() == 1 ? 1 : blocks_of(2 * num_threads(), parts);
  const bool by_panels = wanted > 1 && parts == 1;
  const Index shared = by_panels ? blocks_of(wanted, panels) : wanted;
  const Index row_block =
      std::clamp<Index>(round_up(blocks_of(rows.count, shared), 16), 16, by_panels ? 64 : 128);
  const Index row_blocks = blocks_of(rows.count, row_block);
  const Index panel_blocks =
      by_panels ? panels : std::min(panels, blocks_of(wanted, std::max<Index>(1, row_blocks)));
  const Scratch<T> sums(parts * rows.count * width);
  parallel_for(parts * row_blocks * panel_blocks, 1, [&](Index first, Index last) {
    for (Index task = first; task < last; ++task) {
      const Index p = task % parts, row = task / parts % row_blocks * row_block;
      const Index panel_block = task / parts / row_blocks;
      multiply_dense(weights, rows, row, std::min(row_block, rows.count - row), std::min(blocks, p * part),
                     std::min(blocks, (p + 1) * part), panel_block * panels / panel_blocks,
                     (panel_block + 1) * panels / panel_blocks, sums.data() + (p * rows.count + row) * width);
    }
  });
  parallel_for(rows.count, std::max<Index>(1, (1 << 12) / std::max<Index>(1, width)),
               [&](Index first, Index last) {
                 for (Index row = first; row < last; ++row) {
                   T* const sum = sums.data() + row * width;
                   for (Index p = 1; p < parts; ++p) {
                     const T* const other = sum + p * rows.count * width;
                     for (Index j = 0; j < width; ++j) sum[j] += other[j];
                   }
                   finish(row, static_cast<const T*>(sum));
                 }
               });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
