#pragma once

#include <algorithm>
#include <cstdint>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct Rows {
  template <class T>
  static void copy_blocks(const T* x, T* y, const BlockSizes& sizes) {
    if (sizes.count == 0) return;  // of which there may be 2^59
    parallel_for(sizes.outer, rows_per_task(sizes.count), [&](Index first, Index last) {
      for (Index o = first; o < last; ++o)
        std::copy_n(x + o * sizes.x_stride, sizes.count, y + o * sizes.y_stride);
    });
  }

  template <class T>
  static void gather_rows(const T* x, const std::int32_t* rows, T* y, const RowSizes& sizes) {
    parallel_for(sizes.rows, rows_per_task(sizes.width), [&](Index first, Index last) {
      for (Index i = first; i < last; ++i)
        std::copy_n(x + rows[i] * sizes.width, sizes.width, y + i * sizes.width);
    });
  }

  /// Tasks share the columns, not the rows: a row of y that is named twice is summed in order by one of them.
  template <class T>
  static void scatter_add_rows(const T* x, const std::int32_t* rows, T* y, const RowSizes& sizes) {
    constexpr Index columns = 512;
    parallel_for(sizes.width, columns, [&](Index first, Index last) {
      for (Index row = 0; row < sizes.table; ++row)
        std::fill(y + row * sizes.width + first, y + row * sizes.width + last, T(0));
      for (Index i = 0; i < sizes.rows; ++i) {
        const T* const from = x + i * sizes.width + first;
        T* const to = y + rows[i] * sizes.width + first;
        simd_for(last - first, [=](Index j) { to[j] = static_cast<T>(to[j] + from[j]); });
      }
    });
  }

 private:
  static Index rows_per_task(Index width) {
    return std::max<Index>(1, (1 << 15) / std::max<Index>(width, 1));
  }
};

}  // namespace EBB_NAMESPACE::cpu
