#pragma once

#include <array>

#include "ebb/backend/cpu/x86/kernels.hpp"

/// Tiles of a single row: for products that are bound by reading b.

namespace EBB_NAMESPACE::cpu::x86 {

template <class T>
using RowProducts = std::array<void (*)(const tiled::Tile<T>&), tiled::max_vectors>;

#if defined(__x86_64__)

template <class T, int V>
[[gnu::target("avx512f,avx2,fma")]] void row_avx512(const tiled::Tile<T>& t) {
  tiled::run_tile<T, Avx512<T>::lanes, 1, V>(t);
}

template <class T, int V>
[[gnu::target("avx2,fma")]] void row_avx2(const tiled::Tile<T>& t) {
  tiled::run_tile<T, Avx2<T>::lanes, 1, V>(t);
}

/// Of the instruction set that kernels<T>() returns.
template <class T>
RowProducts<T> row_products() {
  if (isa() >= Isa::avx512) return {row_avx512<T, 1>, row_avx512<T, 2>, row_avx512<T, 3>};
  if (isa() >= Isa::avx2) return {row_avx2<T, 1>, row_avx2<T, 2>, row_avx2<T, 3>};
  return {};
}

#else

template <class T>
RowProducts<T> row_products() {
  return {};
}

#endif

}  // namespace EBB_NAMESPACE::cpu::x86
