#pragma once

#include "ebb/backend/cpu/bf16/block.hpp"

/// Blocks by a processor's matrix tiles: 4 tiles of sums, 2 of a, 2 of b, so that every tile that is loaded
/// is used twice and four products of 16 cycles cover the loads. `Tiles` is the processor (x86/bf16.hpp), or
/// an emulation of it in tests.

namespace EBB_NAMESPACE::cpu::bf16 {

template <class Tiles, int R, int C>
[[gnu::always_inline]] inline void run_tile_block(const Block& t) {
  constexpr Index a_bytes = tile_size * sizeof(Pair);
  const Index b_bytes = t.b_row * static_cast<Index>(sizeof(Pair));
  const Index y_bytes = t.y_row * static_cast<Index>(sizeof(float));
  const auto y = [&](int r, int c) { return t.y + r * tile_size * t.y_row + c * t.y_next; };
  if (t.add) {
    Tiles::template load<0>(y(0, 0), y_bytes);
    if constexpr (C == 2) Tiles::template load<1>(y(0, 1), y_bytes);
    if constexpr (R == 2) Tiles::template load<2>(y(1, 0), y_bytes);
    if constexpr (R == 2 && C == 2) Tiles::template load<3>(y(1, 1), y_bytes);
  } else {
    Tiles::template zero<0>();
    if constexpr (C == 2) Tiles::template zero<1>();
    if constexpr (R == 2) Tiles::template zero<2>();
    if constexpr (R == 2 && C == 2) Tiles::template zero<3>();
  }
  const Tile* a = t.a;
  const char* ahead = t.ahead;
  for (Index step = 0; step < t.steps; ++step, ++a) {
    for (Index i = 0; i < t.ahead_lines; ++i, ahead += 64) __builtin_prefetch(ahead, 0, 2);
    const Pair* const b = t.b + t.offsets[step];
    Tiles::template load<6>(b, b_bytes);
    Tiles::template load<4>(a, a_bytes);
    if constexpr (C == 2) Tiles::template load<7>(b + t.b_next, b_bytes);
    if constexpr (R == 2) Tiles::template load<5>(a + t.a_next, a_bytes);
    Tiles::template dot<0, 4, 6>();
    if constexpr (C == 2) Tiles::template dot<1, 4, 7>();
    if constexpr (R == 2) Tiles::template dot<2, 5, 6>();
    if constexpr (R == 2 && C == 2) Tiles::template dot<3, 5, 7>();
  }
  Tiles::template store<0>(y(0, 0), y_bytes);
  if constexpr (C == 2) Tiles::template store<1>(y(0, 1), y_bytes);
  if constexpr (R == 2) Tiles::template store<2>(y(1, 0), y_bytes);
  if constexpr (R == 2 && C == 2) Tiles::template store<3>(y(1, 1), y_bytes);
}

template <class Tiles>
inline void run_tiles(const Block& t) {
  if (t.rows > tile_size) {
    t.columns > tile_size ? run_tile_block<Tiles, 2, 2>(t) : run_tile_block<Tiles, 2, 1>(t);
  } else {
    t.columns > tile_size ? run_tile_block<Tiles, 1, 2>(t) : run_tile_block<Tiles, 1, 1>(t);
  }
}

/// The operand of ldtilecfg (palette 1): rows and bytes of a row of each tile.
struct alignas(64) TileConfig {
  explicit TileConfig(Index depth) {
    for (int tile = 0; tile < 8; ++tile) {
      rows[tile] = static_cast<std::uint8_t>(tile < 6 ? tile_size : depth);
      row_bytes[tile] = static_cast<std::uint16_t>((tile == 4 || tile == 5 ? depth : tile_size) * 4);
    }
  }
  std::uint8_t palette = 1, start_row = 0, reserved[14]{};
  std::uint16_t row_bytes[16]{};
  std::uint8_t rows[16]{};
};
static_assert(sizeof(TileConfig) == 64);

/// Products by tiles, everything else by vectors.
template <class Tiles>
constexpr Kernel with_tiles(Kernel kernel) {
  kernel.begin = Tiles::begin;
  kernel.end = Tiles::end;
  kernel.block = run_tiles<Tiles>;
  return kernel;
}

}  // namespace EBB_NAMESPACE::cpu::bf16
