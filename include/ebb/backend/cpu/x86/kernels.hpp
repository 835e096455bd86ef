#pragma once

#include "ebb/backend/cpu/isa.hpp"
#include "ebb/backend/cpu/tiled/kernels.hpp"

/// The tiled kernels in the instructions of x86. AVX-512 has 32 registers: 8 x 3 sums, 3 vectors of b, one of
/// a; AVX2 has 16: 4 x 3 sums, 3 and one.

namespace EBB_NAMESPACE::cpu::x86 {

#if defined(__x86_64__)

template <class T>
struct Avx512 {
  static constexpr int lanes = 64 / sizeof(T);
  template <int R, int V>
  [[gnu::target("avx512f,avx2,fma")]] static void product(const tiled::Tile<T>& t) {
    tiled::run_tile<T, lanes, R, V>(t);
  }
  template <int R>
  static constexpr typename tiled::Kernels<T>::Products products{product<R, 1>, product<R, 2>, product<R, 3>};
  template <int N>
  [[gnu::target("avx512f,avx2,fma")]] static void gather(const tiled::Gather<T>& g) {
    tiled::run_gather<T, lanes, N>(g);
  }
  template <int N>
  [[gnu::target("avx512f,avx2,fma")]] static void compute(const tiled::Compute<T>& c) {
    tiled::run_compute<T, lanes, N>(c);
  }
  [[gnu::target("avx512f,avx2,fma")]] static void dots(const tiled::Dots<T>& d) {
    tiled::run_dots<T, lanes>(d);
  }
  [[gnu::target("avx512f,avx2,fma")]] static void correlate(const tiled::Correlate<T>& c) {
    tiled::run_correlate<T, lanes>(c);
  }
  [[gnu::target("avx512f,avx2,fma")]] static void copy(const tiled::Copy<T>& c) {
    tiled::run_copy<T, lanes>(c);
  }
  [[gnu::target("avx512f,avx2,fma")]] static void apply(const tiled::Gather<T>& g) {
    tiled::run_apply<T, lanes>(g);
  }
  template <int Stride, bool Interleave>
  [[gnu::target("avx512f,avx2,fma")]] static void deal(const tiled::Deal<T>& d) {
    tiled::run_deal<T, lanes, Stride, Interleave>(d);
  }
  [[gnu::target("avx512f,avx2,fma")]] static void collect(const tiled::Collect<T>& c) {
    tiled::run_collect<T, lanes>(c);
  }
  template <int Count, int N, int M>
  [[gnu::target("avx512f,avx2,fma")]] static void scatter(const tiled::Scatter<T>& s) {
    tiled::run_scatter<T, lanes, Count, N, M>(s);
  }
  static constexpr int rows = 8;
};

template <class T>
struct Avx2 {
  static constexpr int lanes = 32 / sizeof(T);
  template <int R, int V>
  [[gnu::target("avx2,fma")]] static void product(const tiled::Tile<T>& t) {
    tiled::run_tile<T, lanes, R, V>(t);
  }
  template <int R>
  static constexpr typename tiled::Kernels<T>::Products products{product<R, 1>, product<R, 2>, product<R, 3>};
  template <int N>
  [[gnu::target("avx2,fma")]] static void gather(const tiled::Gather<T>& g) {
    tiled::run_gather<T, lanes, N>(g);
  }
  template <int N>
  [[gnu::target("avx2,fma")]] static void compute(const tiled::Compute<T>& c) {
    tiled::run_compute<T, lanes, N>(c);
  }
  [[gnu::target("avx2,fma")]] static void dots(const tiled::Dots<T>& d) { tiled::run_dots<T, lanes>(d); }
  [[gnu::target("avx2,fma")]] static void correlate(const tiled::Correlate<T>& c) {
    tiled::run_correlate<T, lanes>(c);
  }
  [[gnu::target("avx2,fma")]] static void copy(const tiled::Copy<T>& c) { tiled::run_copy<T, lanes>(c); }
  [[gnu::target("avx2,fma")]] static void apply(const tiled::Gather<T>& g) { tiled::run_apply<T, lanes>(g); }
  template <int Stride, bool Interleave>
  [[gnu::target("avx2,fma")]] static void deal(const tiled::Deal<T>& d) {
    tiled::run_deal<T, lanes, Stride, Interleave>(d);
  }
  [[gnu::target("avx2,fma")]] static void collect(const tiled::Collect<T>& c) {
    tiled::run_collect<T, lanes>(c);
  }
  template <int Count, int N, int M>
  [[gnu::target("avx2,fma")]] static void scatter(const tiled::Scatter<T>& s) {
    tiled::run_scatter<T, lanes, Count, N, M>(s);
  }
  static constexpr int rows = 4;
};

template <class T, template <class> class Set>
inline constexpr tiled::Kernels<T> kernels_of{
    .rows = Set<T>::rows,
    .lanes = Set<T>::lanes,
    .product = Set<T>::template products<Set<T>::rows>,
    .product_row = Set<T>::template products<1>,
    .dots = Set<T>::dots,
    .correlate = Set<T>::correlate,
    .copy = Set<T>::copy,
    .gather = Set<T>::template gather<0>,
    .transform6 = Set<T>::template gather<6>,
    .transform8 = Set<T>::template gather<8>,
    .compute6 = Set<T>::template compute<6>,
    .compute8 = Set<T>::template compute<8>,
    .apply = Set<T>::apply,
    .result6x3 = Set<T>::template scatter<4, 6, 3>,
    .result6x4 = Set<T>::template scatter<4, 6, 4>,
    .result8x4 = Set<T>::template scatter<4, 8, 4>,
    .result8x5 = Set<T>::template scatter<8, 8, 5>,
    .deal = {Set<T>::template deal<1, false>, Set<T>::template deal<2, false>,
             Set<T>::template deal<3, false>, Set<T>::template deal<4, false>},
    .interleave = {Set<T>::template deal<2, true>, Set<T>::template deal<3, true>,
                   Set<T>::template deal<4, true>},
    .collect = Set<T>::collect};

/// The kernels of the instruction set in use; null where that is the portable one.
template <class T>
const tiled::Kernels<T>* kernels() {
  if (isa() >= Isa::avx512) return &kernels_of<T, Avx512>;
  if (isa() >= Isa::avx2) return &kernels_of<T, Avx2>;
  return nullptr;
}

#else

template <class T>
const tiled::Kernels<T>* kernels() {
  return nullptr;
}

#endif

}  // namespace EBB_NAMESPACE::cpu::x86
