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

/// Copies in steps. The result is cut into tiles of two axes, of the last one and the one before; or, where
/// neighbours in a row are far apart in x and those in another axis are not, of these two, so that both sides
/// use whole cache lines.
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
  // The axis of rows is the last one; a tile has several rows, of neighbours in the axis `down`.
  struct Plan {
    explicit Plan(const StridedSizes& sizes) : row(static_cast<std::size_t>(sizes.rank - 1)), down(row - 1) {
      constexpr Index side = 64;  // of tiles that lie in the first-level cache on both sides
      constexpr Index elements = 1 << 14;
      for (std::size_t axis = 0; axis < row && sizes.x_stride[row] > 1; ++axis) {
        if (sizes.x_stride[axis] != 1) continue;
        down = axis;
        transposes = true;
      }
      width = std::min(sizes.extent[row], transposes ? side : elements);
      height = std::min(sizes.extent[down], transposes ? side : std::max<Index>(1, elements / width));
      tiles_across = blocks_of(sizes.extent[row], width);
      tiles_down = blocks_of(sizes.extent[down], height);
    }

    std::size_t row, down;
    bool transposes = false;  // neighbours in x are below each other in y
    Index width = 1, height = 1, tiles_across = 1, tiles_down = 1;
  };

  // y[i y_down + j] = x[i x_down + j x_step] for i < rows, j < columns.
  template <class T>
  struct Tile {
    const T* x;
    T* y;
    Index rows, columns, x_down, x_step, y_down;
  };

  template <class T>
  static void copy_words(const T* x, T* y, const StridedSizes& given) {
    const StridedSizes sizes = with_two_axes(given);
    const Plan plan(sizes);
    const Index tile_size = plan.width * plan.height;
    const Index tiles =
        sizes.size / (sizes.extent[plan.row] * sizes.extent[plan.down]) * plan.tiles_across * plan.tiles_down;
    parallel_for(tiles, std::max<Index>(1, (1 << 14) / tile_size), [&](Index first, Index last) {
      for (Index number = first; number < last; ++number) {
        const Tile<T> tile = tile_of(x, y, sizes, plan, number);
        plan.transposes ? transpose_tile(tile) : copy_rows(tile);
      }
    });
  }

  static StridedSizes with_two_axes(StridedSizes sizes) {
    for (; sizes.rank < 2; ++sizes.rank) {
      std::copy_backward(sizes.extent.begin(), sizes.extent.begin() + sizes.rank,
                         sizes.extent.begin() + sizes.rank + 1);
      std::copy_backward(sizes.x_stride.begin(), sizes.x_stride.begin() + sizes.rank,
                         sizes.x_stride.begin() + sizes.rank + 1);
      sizes.extent[0] = 1;
      sizes.x_stride[0] = 0;
    }
    return sizes;
  }

  template <class T>
  static Tile<T> tile_of(const T* x, T* y, const StridedSizes& sizes, const Plan& plan, Index number) {
    const Index j = number % plan.tiles_across * plan.width;
    const Index i = number / plan.tiles_across % plan.tiles_down * plan.height;
    Index rest = number / plan.tiles_across / plan.tiles_down;  // which combination of the other axes
    Tile<T> tile{x + sizes.start + i * sizes.x_stride[plan.down] + j * sizes.x_stride[plan.row],
                 y + j,
                 std::min(plan.height, sizes.extent[plan.down] - i),
                 std::min(plan.width, sizes.extent[plan.row] - j),
                 sizes.x_stride[plan.down],
                 sizes.x_stride[plan.row],
                 0};
    Index y_stride = sizes.extent[plan.row];
    for (std::size_t axis = plan.row; axis-- > 0;) {
      if (axis == plan.down) {
        tile.y_down = y_stride;
        tile.y += i * y_stride;
      } else {
        const Index k = rest % sizes.extent[axis];
        rest /= sizes.extent[axis];
        tile.x += k * sizes.x_stride[axis];
        tile.y += k * y_stride;
      }
      y_stride *= sizes.extent[axis];
    }
    return tile;
  }

  template <class T>
  static void copy_rows(const Tile<T>& tile) {
    for (Index i = 0; i < tile.rows; ++i) {
      const T* const x = tile.x + i * tile.x_down;
      T* const y = tile.y + i * tile.y_down;
      if (tile.x_step == 1) {
        std::copy_n(x, tile.columns, y);
      } else if (tile.x_step == 0) {
        std::fill_n(y, tile.columns, *x);
      } else if (tile.x_step == -1) {
        std::reverse_copy(x - tile.columns + 1, x + 1, y);
      } else {
        for (Index j = 0; j < tile.columns; ++j) y[j] = x[j * tile.x_step];
      }
    }
  }

  template <class T>
  static void transpose_tile(const Tile<T>& tile) {
    constexpr Index lanes = sizeof(T) == 8 ? 4 : sizeof(T) == 1 ? 16 : 8;
    const Index rows = tile.rows / lanes * lanes, columns = tile.columns / lanes * lanes;
    // Whichever side has its rows further apart is walked along them, as its cache lines are loaded in
    // advance.
    const bool along_x = tile.x_step > tile.y_down;
    const Index outer = along_x ? columns : rows, inner = along_x ? rows : columns;
    vectorized([&] {
      for (Index a = 0; a < outer; a += lanes)
        for (Index b = 0; b < inner; b += lanes)
          transpose_square<lanes>(tile, along_x ? b : a, along_x ? a : b);
    });
    for (Index i = 0; i < tile.rows; ++i)
      for (Index j = i < rows ? columns : 0; j < tile.columns; ++j)
        tile.y[i * tile.y_down + j] = tile.x[j * tile.x_step + i];
  }

  template <Index lanes, class T>
  [[gnu::always_inline]] static void transpose_square(const Tile<T>& tile, Index i, Index j) {
    constexpr int count = static_cast<int>(lanes);
    tiled::Vector<T, count> v[lanes];
#pragma GCC unroll 16
    for (Index lane = 0; lane < lanes; ++lane)
      tiled::load<T, count>(tile.x + (j + lane) * tile.x_step + i, v[lane]);
    tiled::transpose<count, count>(v);
#pragma GCC unroll 16
    for (Index lane = 0; lane < lanes; ++lane)
      tiled::store<T, count>(tile.y + (i + lane) * tile.y_down + j, v[lane]);
  }
};

}  // namespace EBB_NAMESPACE::cpu
