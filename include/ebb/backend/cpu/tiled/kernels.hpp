#pragma once

#include <array>

#include "ebb/backend/cpu/tiled/tile.hpp"
#include "ebb/backend/cpu/tiled/toom_cook.hpp"

namespace EBB_NAMESPACE::cpu::tiled {

/// Reads neighbours from `lanes` places at once: for every i < count and lane the `taps` samples from
/// rows[lane] + i * step on; sample e of all lanes becomes a vector at out + i * out_step + e * plane, after
/// whatever the kernel does to the samples of a lane. Eight samples are read (four by `gather4`).
template <class T>
struct Gather {
  const T* const* rows = nullptr;
  Index step = 0, count = 1;
  T* out = nullptr;
  Index out_step = 0, plane = 0;
  Index taps = 8;             ///< how many of the samples count; those behind them are read and left alone
  const T* matrix = nullptr;  ///< of `apply`: planes x 8
  Index planes =
      1;  ///< of `apply` and `copy`; the others write as many vectors as they have samples or points
};

/// The way back: for every i < count the vectors at in + i * in_step + p * plane become neighbours at
/// rows[lane] + i * row_step. Eight or four elements are written for a lane, also where fewer are results:
/// lanes are written in order, and what lies behind the results of one must be written later or be free.
template <class T>
struct Scatter {
  const T* in = nullptr;
  Index in_step = 0, plane = 0;
  const T* bias = nullptr;  ///< one for each i, or null
  bool relu = false;        ///< negative results become 0
  T* const* rows = nullptr;
  Index row_step = 0, count = 1;
};

/// What an instruction set offers for one element type.
template <class T>
struct Kernels {
  Index rows, lanes;  ///< of a tile: rows x (v * lanes) by product[v - 1]; `lanes` is a multiple of `rows`
  std::array<void (*)(const Tile<T>&), max_vectors> product;
  using GatherKernel = void (*)(const Gather<T>&);
  GatherKernel copy;                    ///< `planes` vectors of neighbours at rows[0], as they are
  GatherKernel gather4, gather8;        ///< the samples themselves
  GatherKernel transform6, transform8;  ///< B of 6 and 8 points
  GatherKernel apply;                   ///< the matrix of its argument
  using ScatterKernel = void (*)(const Scatter<T>&);
  ScatterKernel result6x3, result6x4, result8x4, result8x5;  ///< A of N points, M results

  [[nodiscard]] Index columns() const { return max_vectors * lanes; }
};

template <class T, int Lanes, int Count, int N>
[[gnu::always_inline]] inline void run_gather(const Gather<T>& g) {
  for (Index i = 0; i < g.count; ++i) {
    Vector<T, Lanes> d[Count];
    gather<T, Lanes, Count>(g.rows, i * g.step, d);
    if constexpr (N > 0) transform_samples<T, Lanes, N>(d);
    T* const out = g.out + i * g.out_step;
#pragma GCC unroll 8
    for (int e = 0; e < (N > 0 ? N : Count); ++e)
      if (N > 0 || e < g.taps) store<T, Lanes>(out + e * g.plane, d[e]);
  }
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void run_copy(const Gather<T>& g) {
  for (Index i = 0; i < g.count; ++i) {
    for (Index v = 0; v < g.planes; ++v) {
      Vector<T, Lanes> value;
      load<T, Lanes>(g.rows[0] + i * g.step + v * Lanes, value);
      store<T, Lanes>(g.out + i * g.out_step + v * Lanes, value);
    }
  }
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void run_apply(const Gather<T>& g) {
  for (Index i = 0; i < g.count; ++i) {
    Vector<T, Lanes> d[8];
    gather<T, Lanes, 8>(g.rows, i * g.step, d);
    for (Index p = 0; p < g.planes; ++p) {
      Vector<T, Lanes> sum{};
      for (Index e = 0; e < g.taps; ++e) sum += d[e] * g.matrix[p * 8 + e];
      store<T, Lanes>(g.out + i * g.out_step + p * g.plane, sum);
    }
  }
}

template <class T, int Lanes, int Count, int N, int M>
[[gnu::always_inline]] inline void run_scatter(const Scatter<T>& s) {
  for (Index i = 0; i < s.count; ++i) {
    Vector<T, Lanes> y[Count]{};
    transform_products<T, Lanes, N, M>(s.in + i * s.in_step, s.plane, s.bias ? s.bias[i] : T(0), y);
    if (s.relu) {
      constexpr Vector<T, Lanes> zero{};
#pragma GCC unroll 8
      for (int e = 0; e < Count; ++e) y[e] = y[e] < zero ? zero : y[e];
    }
    scatter<T, Lanes, Count>(y, s.rows, i * s.row_step);
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
