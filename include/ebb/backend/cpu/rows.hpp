#pragma once

#include <algorithm>
#include <cstdint>

#include "ebb/backend/cpu/blocks.hpp"
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
    if (sizes.width == 0) return;
    parallel_for(sizes.outer * sizes.rows, rows_per_task(sizes.width), [&](Index first, Index last) {
      for (Index i = first; i < last; ++i) {
        const Index table = i / sizes.rows * sizes.table;
        std::copy_n(x + (table + rows[i % sizes.rows]) * sizes.width, sizes.width, y + i * sizes.width);
      }
    });
  }

  /// Tasks share the columns, not the rows: a row of y that is named twice is summed in order by one of them.
  template <class T>
  static void scatter_add_rows(const T* x, const std::int32_t* rows, T* y, const RowSizes& sizes) {
    if (sizes.table == 0 || sizes.width == 0) return;
    constexpr Index columns = 512;
    const Index strips = blocks_of(sizes.width, columns);
    parallel_for(sizes.outer * strips, 1, [&](Index first_task, Index last_task) {
      for (Index task = first_task; task < last_task; ++task) {
        const Index outer = task / strips, first = task % strips * columns;
        const Index count = std::min(columns, sizes.width - first);
        T* const table = y + outer * sizes.table * sizes.width + first;
        const T* from = x + outer * sizes.rows * sizes.width + first;
        for (Index row = 0; row < sizes.table; ++row) std::fill_n(table + row * sizes.width, count, T(0));
        for (Index i = 0; i < sizes.rows; ++i, from += sizes.width) {
          T* const to = table + rows[i] * sizes.width;
          simd_for(count, [=](Index j) { to[j] = static_cast<T>(to[j] + from[j]); });
        }
      }
    });
  }

  template <class T>
  static void gather_along(const T* x, const std::int32_t* index, T* y, const AlongSizes& sizes) {
    const Index inner = sizes.inner;
    if (inner == 0) return;
    parallel_for(sizes.outer * sizes.count, rows_per_task(inner), [=](Index first, Index last) {
      for (Index row = first; row < last;) {
        const Index outer = row / sizes.count, stop = std::min(last, (outer + 1) * sizes.count);
        const T* const table = x + outer * sizes.table * inner;
        for (; row < stop; ++row)
          for (Index i = 0; i < inner; ++i) y[row * inner + i] = table[index[row * inner + i] * inner + i];
      }
    });
  }

  /// A task has whole columns: what goes to the same place is summed in order.
  template <class T>
  static void scatter_add_along(const T* x, const std::int32_t* index, T* y, const AlongSizes& sizes) {
    const Index inner = sizes.inner;
    if (sizes.outer == 0 || sizes.table == 0 || inner == 0) return;
    constexpr Index columns = 512;
    const Index strips = blocks_of(inner, columns), width = std::min(inner, columns);
    parallel_for(sizes.outer * strips, rows_per_task((sizes.count + sizes.table) * width),
                 [=](Index first, Index last) {
                   for (Index task = first; task < last; ++task) {
                     const Index outer = task / strips, from = task % strips * columns;
                     const Index count = std::min(columns, inner - from);
                     T* const table = y + outer * sizes.table * inner + from;
                     for (Index row = 0; row < sizes.table; ++row)
                       std::fill_n(table + row * inner, count, T(0));
                     Index at = outer * sizes.count * inner + from;
                     for (Index row = 0; row < sizes.count; ++row, at += inner) {
                       for (Index i = 0; i < count; ++i) {
                         T& to = table[index[at + i] * inner + i];
                         to = static_cast<T>(to + x[at + i]);
                       }
                     }
                   }
                 });
  }

 private:
  static Index rows_per_task(Index width) {
    return std::max<Index>(1, (1 << 15) / std::max<Index>(width, 1));
  }
};

}  // namespace EBB_NAMESPACE::cpu
