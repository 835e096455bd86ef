#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/tiled/lanes.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Copies in steps. A result is cut into rows, or, where neighbours in a row are far apart in x but those of
/// another axis are not, into tiles of these two axes, so that both sides use whole cache lines.
struct Strided {
  template <class T>
  static void copy_strided(const T* x, T* y, const StridedSizes& sizes) {
    if (sizes.size == 0) return;
    if constexpr (std::is_same_v<T, bfloat16>) {  // there are no vectors of it
      static_assert(sizeof(bfloat16) == sizeof(std::uint16_t));
      copy_words(reinterpret_cast<const std::uint16_t*>(x), reinterpret_cast<std::uint16_t*>(y), sizes);
    } else if constexpr (std::is_same_v<T, bool>) {
      copy_words(reinterpret_cast<const unsigned char*>(x), reinterpret_cast<unsigned char*>(y), sizes);
    } else {
      copy_words(x, y, sizes);
    }
  }

 private:
  // Sides of a tile in elements; 64 rows of 64 floats of both x and y lie in the first-level cache.
  static constexpr Index side = 64;

  // y[i y_step + j] = x[j x_step + i] for i < rows, j < columns.
  template <class T>
  struct Tile {
    const T* x;
    T* y;
    Index rows, columns, x_step, y_step;
  };

  template <class T>
  static void copy_words(const T* x, T* y, const StridedSizes& sizes) {
    if (sizes.rank == 0) {
      *y = x[sizes.start];
      return;
    }
    const auto row = static_cast<std::size_t>(sizes.rank - 1);
    std::size_t near = row;  // the axis whose neighbours are neighbours in x
    for (std::size_t axis = 0; axis < row && sizes.x_stride[row] > 1; ++axis)
      if (sizes.x_stride[axis] == 1) near = axis;
    // Axes other than these two are walked one by one.
    const Index rows = near == row ? 1 : sizes.extent[near], columns = sizes.extent[row];
    const Index height = std::min(rows, side), width = near == row ? std::min<Index>(columns, 1 << 14) : side;
    const Index down = blocks_of(rows, height), across = blocks_of(columns, width);
    const Index tiles = sizes.size / (rows * columns) * down * across;
    parallel_for(tiles, std::max<Index>(1, (1 << 14) / (height * std::min(width, columns))),
                 [&](Index first, Index last) {
                   for (Index tile = first; tile < last; ++tile) {
                     const Index i = tile / across % down * height, j = tile % across * width;
                     const auto [from, to, y_step] = origin(sizes, near, tile / across / down);
                     const Tile<T> part{x + from + (near == row ? 0 : i) + j * sizes.x_stride[row],
                                        y + to + i * y_step + j,
                                        std::min(height, rows - i),
                                        std::min(width, columns - j),
                                        sizes.x_stride[row],
                                        y_step};
                     near == row ? strided_row(part) : strided_tile(part);
                   }
                 });
  }

  struct Origin {
    Index x, y, y_step;
  };

  // Where combination `rest` of the axes but `near` and the last one begins, and how far steps of `near` are
  // apart.
  static Origin origin(const StridedSizes& sizes, std::size_t near, Index rest) {
    Origin at{sizes.start, 0, 0};
    Index y_stride = sizes.extent[static_cast<std::size_t>(sizes.rank - 1)];
    for (auto axis = static_cast<std::size_t>(sizes.rank - 1); axis-- > 0;) {
      if (axis == near) {
        at.y_step = y_stride;
      } else {
        const Index i = rest % sizes.extent[axis];
        rest /= sizes.extent[axis];
        at.x += i * sizes.x_stride[axis];
        at.y += i * y_stride;
      }
      y_stride *= sizes.extent[axis];
    }
    return at;
  }

  template <class T>
  static void strided_row(const Tile<T>& row) {
    if (row.x_step == 1) {
      std::copy_n(row.x, row.columns, row.y);
    } else if (row.x_step == 0) {
      std::fill_n(row.y, row.columns, *row.x);
    } else if (row.x_step == -1) {
      std::reverse_copy(row.x - row.columns + 1, row.x + 1, row.y);
    } else {
      for (Index j = 0; j < row.columns; ++j) row.y[j] = row.x[j * row.x_step];
    }
  }

  template <class T>
  static void strided_tile(const Tile<T>& tile) {
    constexpr Index lanes = sizeof(T) == 8 ? 4 : sizeof(T) == 1 ? 16 : 8;
    const Index rows = tile.rows / lanes * lanes, columns = tile.columns / lanes * lanes;
    // Whichever side has its rows further apart is walked along them, as its cache lines are loaded in
    // advance.
    const bool along_x = tile.x_step > tile.y_step;
    const Index outer = along_x ? columns : rows, inner = along_x ? rows : columns;
    vectorized([&] {
      for (Index a = 0; a < outer; a += lanes)
        for (Index b = 0; b < inner; b += lanes)
          strided_square<lanes>(tile, along_x ? b : a, along_x ? a : b);
    });
    for (Index i = 0; i < tile.rows; ++i)
      for (Index j = i < rows ? columns : 0; j < tile.columns; ++j)
        tile.y[i * tile.y_step + j] = tile.x[j * tile.x_step + i];
  }

  template <Index lanes, class T>
  [[gnu::always_inline]] static void strided_square(const Tile<T>& tile, Index i, Index j) {
    constexpr int count = static_cast<int>(lanes);
    tiled::Vector<T, count> v[lanes];
#pragma GCC unroll 16
    for (Index lane = 0; lane < lanes; ++lane)
      tiled::load<T, count>(tile.x + (j + lane) * tile.x_step + i, v[lane]);
    tiled::transpose<count, count>(v);
#pragma GCC unroll 16
    for (Index lane = 0; lane < lanes; ++lane)
      tiled::store<T, count>(tile.y + (i + lane) * tile.y_step + j, v[lane]);
  }
};

}  // namespace EBB_NAMESPACE::cpu
