#pragma once

#include <algorithm>
#include <chrono>

#include "ebb/backend/cpu/x86/tile.hpp"

namespace bench {

/// The fp32 multiply-add rate of one core in operations per second, two per multiply-add: the library's own
/// tile run on data that stays in first-level cache, the best of several runs. On a processor without a tile
/// kernel 0.
inline double fma_peak() {
  static const double peak = [] {
    const auto* const kernel = ebb::cpu::x86::tile_kernel<float>();
    if (!kernel) return 0.0;
    constexpr ebb::Index steps = 64;
    alignas(64) static float a[ebb::cpu::tiled::max_rows * steps], b[steps * 48], y[8 * 48];
    const float* rows[ebb::cpu::tiled::max_rows];
    ebb::cpu::tiled::point_at_rows(rows, static_cast<const float*>(a), steps, kernel->rows);
    const auto offsets = ebb::cpu::tiled::step_offsets(steps, kernel->columns());
    const ebb::cpu::tiled::Tile<float> tile{
        .steps = steps, .a = rows, .b = b, .offsets = offsets.data(), .y = y, .y_row = kernel->columns()};
    const int repeats = 20000;
    const double flop = 2.0 * repeats * static_cast<double>(steps * kernel->rows * kernel->columns());
    double best = 0;
    for (int run = 0; run < 15; ++run) {
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < repeats; ++i) kernel->run[2](tile);
      best = std::max(best,
                      flop / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
  }();
  return peak;
}

}  // namespace bench
