#pragma once

#include <algorithm>
#include <cstdint>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/fwd.hpp"

/// Products of bfloat16 numbers with float sums. Everything is computed in blocks of up to 32 x 32 results,
///
///     y[r][j] = sum over steps i and pairs p of the step of a[r][i, p] . b[i, p][j]
///
/// where a pair is two neighbours of the inner axis in one 32-bit word (the lower half first) and "." adds
/// both products: what vdpbf16ps does 16 times and tdpbf16ps 4096 times.

namespace EBB_NAMESPACE::cpu::bf16 {

using Pair = std::uint32_t;

inline constexpr Index tile_size = 16;              // rows, columns and pairs of a tile, as AMX has them
inline constexpr Index block_size = 2 * tile_size;  // rows and columns of a block
inline constexpr Index step_size = 2 * tile_size;   // elements of the inner axis that a step takes

/// 16 rows of a step, or 16 pairs of it for 16 columns: 1 KB.
struct alignas(64) Tile {
  Pair pairs[tile_size * tile_size];
};

/// Kernels that compute in floats take up to 8 rows of a at a time, and up to 2 at the end one by one: so
/// many rows they read where `rows` are wanted.
inline constexpr Index max_rows = 8, single_rows = 2;
constexpr Index rows_read(Index rows) {
  return rows % max_rows > single_rows ? round_up(rows, max_rows) : rows;
}

struct Block {
  Index steps = 0;
  Index depth = tile_size;  ///< pairs of a step, at most 16
  Index rows = 0, columns = 0;
  const Tile* a = nullptr;  ///< a tile for every step
  Index a_next = 0;         ///< tiles from those of the first 16 rows to those of the others
  const Pair* b = nullptr;  ///< step i reads 16 columns of row p from b + offsets[i] + p * b_row
  Index b_row = 0;
  Index b_next = 0;  ///< from the first 16 columns to the others
  const Index* offsets = nullptr;
  bool add = false;    ///< to what is in y
  float* y = nullptr;  ///< 32 rows of two times 16 columns, whatever rows and columns are; sums beside the
                       ///< wanted are unspecified
  Index y_row = 0, y_next = 0;
  const char* ahead = nullptr;  ///< what somebody reads soon: asked for while the tiles compute, so many
  Index ahead_lines = 0;        ///< cache lines a step
};

/// The functions of one instruction set.
struct Kernel {
  /// A thread calls `begin` before its first block of a given depth and `end` after its last.
  void (*begin)(Index depth);
  void (*end)();
  void (*block)(const Block&);

  /// out[i] = (even[i], odd[i]).
  void (*interleave)(const float* even, const float* odd, Index count, Pair* out);

  /// 32 numbers after another to 16 pairs each `distance` further on; count is a multiple of 32.
  void (*round)(const float* x, Index count, Pair* out, Index distance);

  /// panel[u][q] = line[q * distance + u] for 16 columns q and u < lines.
  void (*to_segments)(const Pair* line, Index distance, Index lines, Pair* panel);
  /// out[i] = (even[i] + even_bias, odd[i] + odd_bias), perhaps with a ReLU: sums to what the next layer
  /// deals with. count is a multiple of 16.
  void (*pass_on)(const float* even, const float* odd, Index count, float even_bias, float odd_bias,
                  bool relu, Pair* out);
  /// sums[r][q] = the largest of sums[r * stride + k][q], k < kernel <= stride, for r < width and 16 columns
  /// q. NaN is the largest.
  void (*largest)(float* sums, Index width, Index kernel, Index stride);
  /// The way back, with a bias and perhaps a ReLU: y[q * width + r] = sums[r][q] + bias for r < width, as far
  /// as `count` results reach.
  void (*from_segments)(const float* sums, Index width, Index count, float bias, bool relu, float* y);
  /// y[j] = sums[j] + bias[j], perhaps with a ReLU, for j < count; no bias: null.
  void (*finish)(const float* sums, Index count, const float* bias, bool relu, float* y);
};

/// Steps that all blocks of some rows take before the next steps: at most 12 of about the same number, of
/// which the tiles of a, 24 KB, stay in first-level cache meanwhile. Otherwise both operands come from the
/// second level, and it bounds the speed (31 against 24 ns a step); the sums go there and back at less cost.
constexpr Index steps_at_once(Index steps) {
  constexpr Index most = 12;
  return std::max<Index>(1, blocks_of(steps, std::max<Index>(1, blocks_of(steps, most))));
}

}  // namespace EBB_NAMESPACE::cpu::bf16
