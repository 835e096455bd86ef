#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "ebb/fwd.hpp"

/// The one loop that products and convolutions spend their time in: a tile of R x (V * lanes) results stays
/// in registers while the sum runs. Per step it loads V vectors of b and R single numbers of a:
///
///     y[r][j] = start + sum over i < steps of a[r][i * a_step] * b[offsets[i] + j]
///
/// In a matrix product the offsets are the rows of b; in a convolution step i is a (channel, tap) pair and
/// its offset says where the samples lie that this tap meets.

namespace EBB_NAMESPACE::cpu::tiled {

inline constexpr Index max_rows = 8, max_vectors = 3;

template <class T>
struct Tile {
  Index steps = 0;
  const T* const* a = nullptr;  ///< a pointer for each row
  Index a_step = 1;
  const T* b = nullptr;
  const Index* offsets = nullptr;
  const T* bias = nullptr;  ///< what row r starts with; null for 0
  bool add = false;         ///< add to what is in y, after the sum: long sums then round once per part
  T* y = nullptr;
  Index y_row = 0;
};

/// The tile of one instruction set: run[v - 1] computes rows x (v * lanes).
template <class T>
struct TileKernel {
  Index rows, lanes;
  std::array<void (*)(const Tile<T>&), max_vectors> run;

  [[nodiscard]] Index columns() const { return max_vectors * lanes; }
};

template <class T, int Bytes>
struct Lanes {
  using Vector [[gnu::vector_size(Bytes)]] = T;
  using Unaligned [[gnu::vector_size(Bytes), gnu::aligned(alignof(T)), gnu::may_alias]] = T;
};

// Inlined into a function with a target attribute, which decides the instructions. Without the forced
// unrolling the accumulators would live in memory.
template <class T, int Bytes, int R, int V>
[[gnu::always_inline]] inline void run_tile(const Tile<T>& t) {
  using Vector = typename Lanes<T, Bytes>::Vector;
  using Unaligned = typename Lanes<T, Bytes>::Unaligned;
  constexpr int lanes = Bytes / static_cast<int>(sizeof(T));
  constexpr Vector zero{};
  Vector sum[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    const T start = t.bias ? t.bias[r] : T(0);
#pragma GCC unroll 3
    for (int v = 0; v < V; ++v) sum[r][v] = zero + start;
  }
  const T* a[R];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) a[r] = t.a[r];
  const Index* offset = t.offsets;
  for (Index step = 0, end = t.steps * t.a_step; step != end; step += t.a_step, ++offset) {
    const T* const b = t.b + *offset;
    Vector samples[V];
#pragma GCC unroll 3
    for (int v = 0; v < V; ++v) samples[v] = *reinterpret_cast<const Unaligned*>(b + v * lanes);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const Vector factor = a[r][step] - zero;
#pragma GCC unroll 3
      for (int v = 0; v < V; ++v) sum[r][v] += factor * samples[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 3
    for (int v = 0; v < V; ++v) {
      auto* const y = reinterpret_cast<Unaligned*>(t.y + r * t.y_row + v * lanes);
      *y = t.add ? *y + sum[r][v] : sum[r][v];
    }
  }
}

/// A tile of which only the first rows x columns results exist. b must be readable up to the next multiple of
/// `lanes`; pointers of rows that do not exist must be valid, too.
template <class T>
void run(const TileKernel<T>& kernel, const Tile<T>& tile, Index rows, Index columns) {
  const Index vectors = (columns + kernel.lanes - 1) / kernel.lanes;
  const auto body = kernel.run[static_cast<std::size_t>(vectors - 1)];
  if (rows == kernel.rows && columns == vectors * kernel.lanes) {
    body(tile);
    return;
  }
  alignas(64) T scratch[max_rows * max_vectors * 64 / sizeof(T)];
  alignas(64) T bias[max_rows]{};
  const Index width = vectors * kernel.lanes;
  Tile<T> whole = tile;
  whole.y = scratch;
  whole.y_row = width;
  if (tile.add) {
    std::fill(scratch, scratch + kernel.rows * width, T(0));
    for (Index r = 0; r < rows; ++r) std::copy_n(tile.y + r * tile.y_row, columns, scratch + r * width);
  } else if (tile.bias) {
    std::copy_n(tile.bias, rows, bias);
    whole.bias = bias;
  }
  body(whole);
  for (Index r = 0; r < rows; ++r) std::copy_n(scratch + r * width, columns, tile.y + r * tile.y_row);
}

/// Fills `pointers` for rows that are `distance` apart; rows that do not exist repeat the last one.
template <class T>
void point_at_rows(const T* (&pointers)[max_rows], const T* first, Index distance, Index rows) {
  for (Index r = 0; r < max_rows; ++r) pointers[r] = first + std::min(r, rows - 1) * distance;
}

inline Index blocks_of(Index count, Index size) { return (count + size - 1) / size; }

/// Offsets of `outer` x `inner` steps: o * distance + inner_offsets[i].
inline std::vector<Index> step_offsets(Index outer, Index distance,
                                       const std::vector<Index>& inner_offsets = {0}) {
  std::vector<Index> offsets;
  offsets.reserve(static_cast<std::size_t>(outer) * inner_offsets.size());
  for (Index o = 0; o < outer; ++o)
    for (const Index offset : inner_offsets) offsets.push_back(o * distance + offset);
  return offsets;
}

}  // namespace EBB_NAMESPACE::cpu::tiled
