#pragma once

#include <array>
#include <limits>

#include "ebb/backend/cpu/tiled/correlate.hpp"
#include "ebb/backend/cpu/tiled/dots.hpp"
#include "ebb/backend/cpu/tiled/tile.hpp"
#include "ebb/backend/cpu/tiled/toom_cook.hpp"

namespace EBB_NAMESPACE::cpu::tiled {

/// Rows of 8, of which the first `columns` count.
template <class T>
struct Matrix {
  std::array<T, 64> values;
  Index rows, columns;
};

/// Reads windows of 8 neighbours from `lanes` places at once: for every i < count and lane the samples from
/// rows[lane] + i * step on. What the kernel makes of the samples of a lane, number e of all lanes, becomes a
/// vector at out + i * out_step + e * plane.
template <class T>
struct Gather {
  const T* const* rows = nullptr;
  Index step = 0, count = 1;
  T* out = nullptr;
  Index out_step = 0, plane = 0;
  const Matrix<T>* matrix = nullptr;  ///< of `apply`
};

/// For every i < count as many vectors of neighbours from from + i * step to out + i * out_step.
template <class T>
struct Copy {
  const T* from = nullptr;
  Index step = 0, count = 0, vectors = 0;
  T* out = nullptr;
  Index out_step = 0;
};

/// `Gather` of samples that are sums of few products: sample e of all lanes is bias[i] + the sum over k of
/// weights[i * taps + k] times the vector at x + e * x_sample + k * x_tap.
template <class T>
struct Compute {
  const T* x = nullptr;
  Index x_sample = 0, x_tap = 0, taps = 0;
  const T* weights = nullptr;
  const T* bias = nullptr;  ///< or null
  bool relu = false;        ///< negative samples become 0
  Index count = 0;
  T* out = nullptr;
  Index out_step = 0, plane = 0;
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
  const T* const* added = nullptr;  ///< what is added to each of rows before they are cut off, or null
  Index row_step = 0, count = 1;
};

/// Between neighbours and their positions modulo Stride: in[i * Stride + p] and out[p * plane + i] for i <
/// count * lanes (deal), or the other way (interleave).
template <class T>
struct Deal {
  const T* in = nullptr;
  Index count = 0;
  T* out = nullptr;
  Index plane = 0;
};

/// Lanes from `lane` on read from + their number.
struct Piece {
  Index from, lane;
};

/// Makes a vector of runs of neighbours, for each tap of `count` rows: out + i * out_step + k * out_tap from
/// rows + i * row + offsets[k]. Pieces are in the order of their lanes, the first one begins at lane 0.
template <class T>
struct Collect {
  const T* rows = nullptr;
  Index row = 0, count = 0;
  const Index* offsets = nullptr;
  Index taps = 0;
  const Piece* pieces = nullptr;
  Index piece_count = 0;
  T* out = nullptr;
  Index out_step = 0, out_tap = 0;
};

/// Strides up to this one are dealt out in registers.
inline constexpr Index max_dealt = 4;

/// What an instruction set offers for one element type.
template <class T>
struct Kernels {
  Index rows, lanes;  ///< of a tile; `lanes` is a multiple of `rows`
  using Products = std::array<void (*)(const Tile<T>&), max_vectors>;
  Products product;      ///< tiles rows x (v * lanes) at [v - 1]
  Products product_row;  ///< a single row
  void (*dots)(const Dots<T>&);
  void (*correlate)(const Correlate<T>&);
  void (*copy)(const Copy<T>&);
  using GatherKernel = void (*)(const Gather<T>&);
  GatherKernel gather;                  ///< the samples themselves
  GatherKernel transform6, transform8;  ///< B of 6 and 8 points
  using ComputeKernel = void (*)(const Compute<T>&);
  ComputeKernel compute6, compute8;  ///< the same of samples that are computed
  GatherKernel apply;                ///< the matrix times the samples
  using ScatterKernel = void (*)(const Scatter<T>&);
  ScatterKernel result6x3, result6x4, result8x4, result8x5;  ///< A of N points, M results
  using DealKernel = void (*)(const Deal<T>&);
  std::array<DealKernel, max_dealt> deal;            ///< of stride s at [s - 1]
  std::array<DealKernel, max_dealt - 1> interleave;  ///< of stride s at [s - 2]
  void (*collect)(const Collect<T>&);

  [[nodiscard]] Index columns() const { return max_vectors * lanes; }
};

// N points; 0: the samples themselves.
template <class T, int Lanes, int N>
[[gnu::always_inline]] inline void run_gather(const Gather<T>& g) {
  for (Index i = 0; i < g.count; ++i) {
    Vector<T, Lanes> d[window];
    gather<T, Lanes>(g.rows, i * g.step, d);
    if constexpr (N > 0) transform_samples<T, Lanes, N>(d);
    T* const out = g.out + i * g.out_step;
#pragma GCC unroll 8
    for (int e = 0; e < (N > 0 ? N : window); ++e) store<T, Lanes>(out + e * g.plane, d[e]);
  }
}

template <class T, int Lanes, int N>
[[gnu::always_inline]] inline void run_compute(const Compute<T>& c) {
  constexpr Vector<T, Lanes> zero{};
  for (Index i = 0; i < c.count; ++i) {
    const T start = c.bias ? c.bias[i] : T(0);
    Vector<T, Lanes> d[N];
#pragma GCC unroll 8
    for (int e = 0; e < N; ++e) d[e] = zero + start;
    const T* x = c.x;
    for (Index k = 0; k < c.taps; ++k, x += c.x_tap) {
      const Vector<T, Lanes> weight = c.weights[i * c.taps + k] - zero;
#pragma GCC unroll 8
      for (int e = 0; e < N; ++e) {
        Vector<T, Lanes> sample;
        load<T, Lanes>(x + e * c.x_sample, sample);
        d[e] += weight * sample;
      }
    }
    if (c.relu) {
#pragma GCC unroll 8
      for (int e = 0; e < N; ++e) d[e] = d[e] < zero ? zero : d[e];
    }
    transform_samples<T, Lanes, N>(d);
    T* const out = c.out + i * c.out_step;
#pragma GCC unroll 8
    for (int p = 0; p < N; ++p) store<T, Lanes>(out + p * c.plane, d[p]);
  }
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void run_copy(const Copy<T>& c) {
  for (Index i = 0; i < c.count; ++i) {
    for (Index v = 0; v < c.vectors; ++v) {
      Vector<T, Lanes> value;
      load<T, Lanes>(c.from + i * c.step + v * Lanes, value);
      store<T, Lanes>(c.out + i * c.out_step + v * Lanes, value);
    }
  }
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void run_apply(const Gather<T>& g) {
  const Matrix<T>& m = *g.matrix;
  for (Index i = 0; i < g.count; ++i) {
    Vector<T, Lanes> d[window];
    gather<T, Lanes>(g.rows, i * g.step, d);
    const T* row = m.values.data();
    for (Index p = 0; p < m.rows; ++p, row += window) {
      Vector<T, Lanes> sum{};
      for (Index e = 0; e < m.columns; ++e) sum += d[e] * row[e];
      store<T, Lanes>(g.out + i * g.out_step + p * g.plane, sum);
    }
  }
}

template <class T, int Lanes, int Count, int N, int M>
[[gnu::always_inline]] inline void run_scatter(const Scatter<T>& s) {
  for (Index i = 0; i < s.count; ++i) {
    Vector<T, Lanes> y[Count]{};
    transform_products<T, Lanes, N, M>(s.in + i * s.in_step, s.plane, s.bias ? s.bias[i] : T(0), y);
    if (s.added) {
      scatter<T, Lanes, Count, true>(y, s.rows, i * s.row_step, s.added,
                                     s.relu ? T(0) : -std::numeric_limits<T>::infinity());
      continue;
    }
    if (s.relu) {
      constexpr Vector<T, Lanes> zero{};
#pragma GCC unroll 8
      for (int e = 0; e < Count; ++e) y[e] = y[e] < zero ? zero : y[e];
    }
    scatter<T, Lanes, Count>(y, s.rows, i * s.row_step);
  }
}

// The place of element e: lane e / Stride of vector e % Stride when dealt, or in order.
template <int Lanes, int Stride, bool Interleave>
struct Dealt {
  static constexpr int vector(int out, int lane) {
    return Interleave ? (out * Lanes + lane) % Stride : (lane * Stride + out) / Lanes;
  }
  static constexpr int lane(int out, int lane) {
    return Interleave ? (out * Lanes + lane) / Stride : (lane * Stride + out) % Lanes;
  }
};

// out takes its lanes that come from in, where `in` is vector In of the group; In == 1 those of `out`, too,
// which is then vector 0.
template <class Place, int Out, int In, class V, std::size_t... I>
[[gnu::always_inline]] inline void take_lanes(V& out, const V& in, std::index_sequence<I...>) {
  constexpr int lanes = sizeof...(I);
  out = __builtin_shufflevector(
      out, in,
      (Place::vector(Out, static_cast<int>(I)) == In ? lanes + Place::lane(Out, static_cast<int>(I))
       : In == 1 && Place::vector(Out, static_cast<int>(I)) == 0 ? Place::lane(Out, static_cast<int>(I))
                                                                 : static_cast<int>(I))...);
}

template <class Place, int Out, class T, int Lanes, int Stride>
[[gnu::always_inline]] inline void store_dealt(const Vector<T, Lanes>* in, T* to) {
  constexpr auto each_lane = std::make_index_sequence<Lanes>();
  Vector<T, Lanes> out = in[0];
  if constexpr (Stride > 1) take_lanes<Place, Out, 1>(out, in[1], each_lane);
  if constexpr (Stride > 2) take_lanes<Place, Out, 2>(out, in[2], each_lane);
  if constexpr (Stride > 3) take_lanes<Place, Out, 3>(out, in[3], each_lane);
  store<T, Lanes>(to, out);
}

template <class T, int Lanes, int Stride, bool Interleave>
[[gnu::always_inline]] inline void run_deal(const Deal<T>& d) {
  using Place = Dealt<Lanes, Stride, Interleave>;
  const Index in_step = Interleave ? d.plane : Lanes, out_step = Interleave ? Lanes : d.plane;
  const T* in = d.in;
  T* to = d.out;
  for (Index left = d.count; left > 0; --left) {
    if constexpr (!Interleave) {
      // The rows behind this one, which are next: each is too short for a processor to foresee them.
      constexpr Index ahead = 4096 / sizeof(T);
#pragma GCC unroll 4
      for (int p = 0; p < Stride; ++p) __builtin_prefetch(in + p * Lanes + ahead, 0, 2);
    }
    Vector<T, Lanes> v[Stride];
#pragma GCC unroll 4
    for (int p = 0; p < Stride; ++p) load<T, Lanes>(in + p * in_step, v[p]);
    store_dealt<Place, 0, T, Lanes, Stride>(v, to);
    if constexpr (Stride > 1) store_dealt<Place, 1, T, Lanes, Stride>(v, to + out_step);
    if constexpr (Stride > 2) store_dealt<Place, 2, T, Lanes, Stride>(v, to + 2 * out_step);
    if constexpr (Stride > 3) store_dealt<Place, 3, T, Lanes, Stride>(v, to + 3 * out_step);
    in += Interleave ? Lanes : Stride * Lanes;
    to += Interleave ? Stride * Lanes : Lanes;
  }
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void collect_pieces(const Collect<T>& c, const T* from,
                                                  Vector<T, Lanes>& value) {
  Vector<T, Lanes> lane;
#pragma GCC unroll 16
  for (int i = 0; i < Lanes; ++i) lane[i] = static_cast<T>(i);
  load<T, Lanes>(from + c.pieces[0].from, value);
  for (Index p = 1; p < c.piece_count; ++p) {
    Vector<T, Lanes> next;
    load<T, Lanes>(from + c.pieces[p].from, next);
    value = lane < static_cast<T>(c.pieces[p].lane) - Vector<T, Lanes>{} ? value : next;
  }
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void run_collect(const Collect<T>& c) {
  for (Index i = 0; i < c.count; ++i) {
    for (Index k = 0; k < c.taps; ++k) {
      const T* const row = c.rows + i * c.row;
      Vector<T, Lanes> value;
      collect_pieces<T, Lanes>(c, row + c.offsets[k], value);
      store<T, Lanes>(c.out + i * c.out_step + k * c.out_tap, value);
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
