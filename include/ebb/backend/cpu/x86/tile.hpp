#pragma once

#include "ebb/backend/cpu/isa.hpp"
#include "ebb/backend/cpu/tiled/tile.hpp"

/// The tile in the instructions of x86. AVX-512 has 32 registers: 8 x 3 sums, 3 vectors of b, one of a; AVX2
/// has 16: 4 x 3 sums, 3 and one.

namespace EBB_NAMESPACE::cpu::x86 {

#if defined(__x86_64__)

template <class T, int V>
[[gnu::target("avx512f,avx2,fma")]] void tile_avx512(const tiled::Tile<T>& tile) {
  tiled::run_tile<T, 64, 8, V>(tile);
}

template <class T, int V>
[[gnu::target("avx2,fma")]] void tile_avx2(const tiled::Tile<T>& tile) {
  tiled::run_tile<T, 32, 4, V>(tile);
}

/// The tile of the instruction set in use; null where that is the portable one.
template <class T>
const tiled::TileKernel<T>* tile_kernel() {
  static constexpr tiled::TileKernel<T> avx512{
      8, 64 / sizeof(T), {tile_avx512<T, 1>, tile_avx512<T, 2>, tile_avx512<T, 3>}};
  static constexpr tiled::TileKernel<T> avx2{
      4, 32 / sizeof(T), {tile_avx2<T, 1>, tile_avx2<T, 2>, tile_avx2<T, 3>}};
  return isa() == Isa::avx512 ? &avx512 : isa() == Isa::avx2 ? &avx2 : nullptr;
}

#else

template <class T>
const tiled::TileKernel<T>* tile_kernel() {
  return nullptr;
}

#endif

}  // namespace EBB_NAMESPACE::cpu::x86
