#pragma once

#include "ebb/backend/cpu/tiled/kernels.hpp"
#include "ebb/backend/cpu/tiled/panels.hpp"

/// What products of matrices and Dense layers share: a panel of b against any number of rows of a, which stay
/// where they are.

namespace EBB_NAMESPACE::cpu::tiled {

/// Steps that a tile sums before it adds to the result, at most: panels of b stay in first-level cache, and
/// long sums round less.
inline constexpr Index tile_depth = 208;

/// The length of the parts, a multiple of 8, where `count` is cut into as few equal ones as `most` allows.
inline Index even_part(Index count, Index most) {
  return round_up(blocks_of(count, blocks_of(count, most)), 8);
}

/// Where the rows of a take more bytes than this, they are hardly in cache: 32 of them pass all panels that
/// are packed before the next 32 come. Each is then read in one long stretch, which processors foresee; one
/// panel after another with all rows would be short pieces of many rows.
inline constexpr Index far_size = 1 << 20, far_rows = 32;

/// Runs tiles of `vectors` vectors down `rows` rows of a and y.
template <class T>
void multiply_rows(const Kernels<T>& kernel, Index vectors, Index rows, Tile<T> tile) {
  const auto v = static_cast<std::size_t>(vectors - 1);
  while (rows > 0) {
    const Index count = rows >= kernel.rows ? kernel.rows : 1;
    (count > 1 ? kernel.product : kernel.product_row)[v](tile);
    tile.a += count * tile.a_row;
    tile.y += count * tile.y_row;
    rows -= count;
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
