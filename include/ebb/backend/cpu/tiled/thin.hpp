#pragma once

#include <algorithm>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/tiled/kernels.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// Matrix products with few rows of a. They take as long as it takes to read b, so b is read where it lies,
/// once, in long stretches of several rows at a time, and meets all rows of a while it is in first-level
/// cache.

namespace EBB_NAMESPACE::cpu::tiled {

inline constexpr Index thin_rows = 4;

inline bool is_thin(const MatmulSizes& s) {
  // Multiples of rows are added up one after another: only so many, for accuracy.
  constexpr Index summed_rows = 2048;
  return s.m <= thin_rows &&
         (s.transpose_b ? s.m == 1 || !s.transpose_a : s.n >= max_lanes && s.k <= summed_rows);
}

/// The results [column, column + dot_rows) of one product, b being stored as n x k: c = a b^T + bias.
template <class T>
void multiply_dots(const Kernels<T>& kernel, const T* a, const T* b, const T* bias, T* c, Index column,
                   const MatmulSizes& s) {
  constexpr Index steps = 1024;
  const T* rows[dot_rows];
  T sums[dot_rows];
  const Index columns = std::min(dot_rows, s.n - column);
  for (Index i = 0; i < s.m; ++i)
    for (Index j = 0; j < columns; ++j) c[i * s.n + column + j] = bias ? bias[column + j] : T(0);
  for (Index step = 0; step < s.k; step += steps) {
    for (Index j = 0; j < dot_rows; ++j) rows[j] = b + (column + std::min(j, columns - 1)) * s.k + step;
    for (Index i = 0; i < s.m; ++i) {
      kernel.dots({.rows = rows, .a = a + i * s.k + step, .steps = std::min(steps, s.k - step), .y = sums});
      for (Index j = 0; j < columns; ++j) c[i * s.n + column + j] += sums[j];
    }
  }
}

/// The results [column, last) of one product, b being stored as k x n: sums of multiples of its rows.
template <class T>
void add_rows(const Kernels<T>& kernel, const T* a, const T* b, const T* bias, T* c, Index column, Index last,
              const MatmulSizes& s) {
  constexpr Index steps = 16;
  // Columns that fill no vector are computed aside, in one that ends with them.
  alignas(64) T aside[thin_rows * max_lanes];
  const Index lanes = kernel.lanes, ragged = (last - column) % lanes, whole = last - ragged;
  for (Index step = 0; step < s.k; step += steps) {
    Tile<T> t{.steps = std::min(steps, s.k - step),
              .a_step = s.transpose_a ? s.m : 1,
              .b_step = s.n,
              .add = step > 0};
    const auto multiply = [&](Index j, Index vectors, T* y, Index y_row) {
      t.b = b + step * s.n + j;
      t.added = bias && step == 0 ? bias + j : nullptr;
      for (Index i = 0; i < s.m; ++i) {
        t.a = a + (s.transpose_a ? step * s.m + i : i * s.k + step);
        t.y = y + i * y_row;
        kernel.product_row[static_cast<std::size_t>(vectors - 1)](t);
      }
    };
    for (Index j = column; j < whole; j += kernel.columns())
      multiply(j, std::min(max_vectors, (whole - j) / lanes), c + j, s.n);
    if (ragged > 0) multiply(last - lanes, 1, aside, lanes);
  }
  for (Index i = 0; i < s.m && ragged > 0; ++i)
    std::copy_n(aside + (i + 1) * lanes - ragged, ragged, c + i * s.n + whole);
}

template <class T>
void matmul_thin(const Kernels<T>& kernel, const T* a, const T* b, const T* bias, T* c,
                 const MatmulSizes& s) {
  // Blocks of columns, several of which make a task where they are small.
  constexpr Index stretch = 512, task = 1 << 14;
  const Index width = s.transpose_b ? dot_rows : std::min(s.n, stretch);
  const Index blocks = s.transpose_b ? blocks_of(s.n, width) : s.n / width;
  // Whole vectors, shared out evenly.
  const auto start = [&](Index block) { return block * s.n / blocks / kernel.lanes * kernel.lanes; };
  parallel_for(s.batch * blocks, std::max<Index>(1, task / (width * s.k)), [&](Index first, Index end) {
    for (Index i = first; i < end; ++i) {
      const Index item = i / blocks, block = i % blocks;
      const T* const of_a = a + item * s.m * s.k;
      const T* const of_b = b + item * s.k * s.n;
      T* const to = c + item * s.m * s.n;
      if (s.transpose_b) {
        multiply_dots(kernel, of_a, of_b, bias, to, block * dot_rows, s);
      } else {
        add_rows(kernel, of_a, of_b, bias, to, start(block), block + 1 < blocks ? start(block + 1) : s.n, s);
      }
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu::tiled
