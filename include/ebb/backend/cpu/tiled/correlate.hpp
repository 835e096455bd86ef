#pragma once

#include <algorithm>
#include <cstdint>

#include "ebb/backend/cpu/tiled/lanes.hpp"

/// Rows of results, each from its first to its last, of few products each: what takes time is to write them.

namespace EBB_NAMESPACE::cpu::tiled {

/// y[r][j] = bias[r] + sum over k < taps of weights[r][k] * x[k][j] for j < length.
template <class T>
struct Correlate {
  const T* const* x = nullptr;  ///< `lanes` numbers behind the last one may be read
  Index taps = 0;
  const T* weights = nullptr;
  const T* bias = nullptr;  ///< or null
  bool relu = false;        ///< negative results become 0
  bool stream = false;      ///< past the caches
  T* y = nullptr;
  Index y_row = 0, rows = 0, length = 0;
};

template <class T, int Lanes, int V>
[[gnu::always_inline]] inline void correlate(const Correlate<T>& c, Index row, Index j,
                                             Vector<T, Lanes>* sum) {
  constexpr Vector<T, Lanes> zero{};
  const T start = c.bias ? c.bias[row] : T(0);
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) sum[v] = zero + start;
  for (Index k = 0; k < c.taps; ++k) {
    const Vector<T, Lanes> weight = c.weights[row * c.taps + k] - zero;
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      Vector<T, Lanes> x;
      load<T, Lanes>(c.x[k] + j + v * Lanes, x);
      sum[v] += weight * x;
    }
  }
  if (c.relu) {
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) sum[v] = sum[v] < zero ? zero : sum[v];
  }
}

// V vectors of results from column j on.
template <class T, int Lanes, int V>
[[gnu::always_inline]] inline void correlate_whole(const Correlate<T>& c, Index row, Index j, T* y) {
  Vector<T, Lanes> sum[V];
  correlate<T, Lanes, V>(c, row, j, sum);
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) {
    T* const to = y + j + v * Lanes;
    c.stream ? store_past_caches<T, Lanes>(to, sum[v]) : store<T, Lanes>(to, sum[v]);
  }
}

// Less than a vector, perhaps nothing.
template <class T, int Lanes>
[[gnu::always_inline]] inline void correlate_part(const Correlate<T>& c, Index row, Index j, Index count,
                                                  T* y) {
  if (count <= 0) return;
  Vector<T, Lanes> sum;
  correlate<T, Lanes, 1>(c, row, j, &sum);
  T values[Lanes];
  store<T, Lanes>(values, sum);
  for (Index i = 0; i < count; ++i) y[j + i] = values[i];
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void run_correlate(const Correlate<T>& c) {
  constexpr int most = 4, panel = 3;  // vectors at a time; rows of a panel are three wide
  for (Index row = 0; row < c.rows; ++row) {
    T* const y = c.y + row * c.y_row;
    Index j = 0;
    if (c.stream) {
      const auto past = static_cast<Index>(reinterpret_cast<std::uintptr_t>(y) / sizeof(T) % Lanes);
      j = past > 0 ? std::min(Lanes - past, c.length) : 0;
      correlate_part<T, Lanes>(c, row, 0, j, y);
    }
    for (; j + most * Lanes <= c.length; j += most * Lanes) correlate_whole<T, Lanes, most>(c, row, j, y);
    if (j + panel * Lanes <= c.length) {
      correlate_whole<T, Lanes, panel>(c, row, j, y);
      j += panel * Lanes;
    }
    for (; j + Lanes <= c.length; j += Lanes) correlate_whole<T, Lanes, 1>(c, row, j, y);
    correlate_part<T, Lanes>(c, row, j, c.length - j, y);
  }
  if (c.stream) finish_stores();
}

}  // namespace EBB_NAMESPACE::cpu::tiled
