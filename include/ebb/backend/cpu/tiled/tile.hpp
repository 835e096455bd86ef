#pragma once

#include <algorithm>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/tiled/lanes.hpp"

/// The one loop that products and convolutions spend their time in: a tile of R x (V * lanes) results stays
/// in registers while the sum runs. Per step it loads V vectors of b and R single numbers of a:
///
///     y[r][j] = start + sum over i < steps of a[r * a_row + i * a_step] * b[i * b_step + j]
///
/// b is packed: what a step needs lies together, and the steps lie in the order of their use. Of a only
/// single numbers are read, fast enough from any R rows that stay in cache.

namespace EBB_NAMESPACE::cpu::tiled {

inline constexpr Index max_rows = 8, max_vectors = 3, max_lanes = 16, max_columns = max_vectors * max_lanes;

template <class T>
struct Tile {
  Index steps = 0;
  const T* a = nullptr;
  Index a_row = 1, a_step = 0;
  const T* b = nullptr;
  Index b_step = 0;
  const T* bias = nullptr;   ///< what row r starts with; null for 0
  const T* added = nullptr;  ///< added after the sum, or null; from row to row further by
  Index added_row = 0;
  bool add = false;   ///< or add to what is in y: long sums then round once per part
  bool relu = false;  ///< negative results become 0
  T* y = nullptr;
  Index y_row = 0;
};

// Without the forced unrolling the sums would live in memory.
template <class T, int Lanes, int R, int V>
[[gnu::always_inline]] inline void run_tile(const Tile<T>& t) {
  constexpr Vector<T, Lanes> zero{};
  Vector<T, Lanes> sum[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    const T start = t.bias ? t.bias[r] : T(0);
#pragma GCC unroll 3
    for (int v = 0; v < V; ++v) sum[r][v] = zero + start;
  }
  const T* a = t.a;
  const T* b = t.b;
  // The lines of y arrive while the sum runs: those of half of the rows at a time, as many as a core waits
  // for.
  constexpr int stretches = R >= 4 ? 2 : 1;
  Index left = t.steps;
#pragma GCC unroll 1
  for (int stretch = 0; stretch < stretches; ++stretch) {
    for (int r = stretch * (R / stretches); r < (stretch + 1) * (R / stretches); ++r) {
#pragma GCC unroll 3
      for (int v = 0; v < V; ++v) __builtin_prefetch(t.y + r * t.y_row + v * Lanes, 1);
      __builtin_prefetch(t.y + r * t.y_row + V * Lanes - 1, 1);
    }
    const Index steps = stretches == 1 ? left : std::min(left, blocks_of(t.steps, stretches));
    left -= steps;
    for (Index step = 0; step < steps; ++step, a += t.a_step, b += t.b_step) {
      Vector<T, Lanes> samples[V];
#pragma GCC unroll 3
      for (int v = 0; v < V; ++v) load<T, Lanes>(b + v * Lanes, samples[v]);
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) {
        const Vector<T, Lanes> factor = a[r * t.a_row] - zero;
#pragma GCC unroll 3
        for (int v = 0; v < V; ++v) sum[r][v] += factor * samples[v];
      }
    }
  }
  const T* const added = t.added ? t.added : t.add ? t.y : nullptr;
  const Index added_row = t.added ? t.added_row : t.y_row;
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 3
    for (int v = 0; v < V; ++v) {
      T* const y = t.y + r * t.y_row + v * Lanes;
      if (added) {
        Vector<T, Lanes> before;
        load<T, Lanes>(added + r * added_row + v * Lanes, before);
        sum[r][v] += before;
      }
      if (t.relu) sum[r][v] = sum[r][v] < zero ? zero : sum[r][v];
      store<T, Lanes>(y, sum[r][v]);
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
