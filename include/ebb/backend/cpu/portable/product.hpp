#pragma once

#include <algorithm>

#include <Eigen/Core>

#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::cpu::portable {

/// A read-only matrix; element (i, j) lies at data[i * row_stride + j * column_stride].
template <class T>
struct View {
  const T* data;
  Index rows, columns, row_stride, column_stride;

  [[nodiscard]] T operator()(Index i, Index j) const { return data[i * row_stride + j * column_stride]; }
  [[nodiscard]] View transposed() const { return {data, columns, rows, column_stride, row_stride}; }
};

template <class T>
using Packet = typename Eigen::internal::packet_traits<T>::type;

template <class T>
inline constexpr Index packet = Eigen::internal::packet_traits<T>::size;

/// As many columns of a result as are summed side by side.
template <class T>
inline constexpr Index lanes = 2 * packet<T>;

/// Rows of a result whose sums stay in registers together.
inline constexpr Index tile_rows = 4;

/// c (Rows x lanes) += a b, where b is packed: row k at b + k * lanes.
template <int Rows, class T>
void add_tile(const View<T>& a, const T* b, T* c, Index c_row) {
  namespace eigen = Eigen::internal;
  Packet<T> sums[Rows][2];
  for (auto& row : sums) row[0] = row[1] = eigen::pset1<Packet<T>>(T(0));
  for (Index k = 0; k < a.columns; ++k, b += lanes<T>) {
    const auto low = eigen::ploadu<Packet<T>>(b), high = eigen::ploadu<Packet<T>>(b + packet<T>);
#pragma GCC unroll 4
    for (Index r = 0; r < Rows; ++r) {
      const auto left = eigen::pset1<Packet<T>>(a(r, k));
      sums[r][0] = eigen::pmadd(left, low, sums[r][0]);
      sums[r][1] = eigen::pmadd(left, high, sums[r][1]);
    }
  }
  for (const auto& row : sums) {
    for (Index half = 0; half < 2; ++half) {
      T* const to = c + half * packet<T>;
      eigen::pstoreu(to, eigen::padd(eigen::ploadu<Packet<T>>(to), row[half]));
    }
    c += c_row;
  }
}

/// c += a b; the rows of c are c_row apart. Sums of at most 256 products are added to c: long ones would
/// round more. Eigen's own product is as fast, but a twelfth of the compile time of a small program, and
/// splits its sums as it likes where it runs on threads.
template <class T>
void add_product(const View<T>& a, const View<T>& b, T* c, Index c_row) {
  constexpr Index depth = 256, width = lanes<T>;
  alignas(64) T panel[depth * width];
  alignas(64) T edge[tile_rows * width]{};  // in place of columns beyond the last one
  for (Index k = 0; k < b.rows; k += depth) {
    const Index steps = std::min(depth, b.rows - k);
    for (Index j = 0; j < b.columns; j += width) {
      const Index columns = std::min(width, b.columns - j);
      const bool whole = columns == width;
      for (Index step = 0; step < steps; ++step)
        for (Index lane = 0; lane < width; ++lane)
          panel[step * width + lane] = lane < columns ? b(k + step, j + lane) : T(0);
      for (Index i = 0; i < a.rows;) {
        const Index rows = i + tile_rows <= a.rows ? tile_rows : 1;
        const View<T> left{&a.data[i * a.row_stride + k * a.column_stride], rows, steps, a.row_stride,
                           a.column_stride};
        T* const out = c + i * c_row + j;
        for (Index r = 0; r < rows && !whole; ++r) std::copy_n(out + r * c_row, columns, edge + r * width);
        T* const to = whole ? out : edge;
        const Index to_row = whole ? c_row : width;
        rows == 1 ? add_tile<1>(left, panel, to, to_row) : add_tile<tile_rows>(left, panel, to, to_row);
        for (Index r = 0; r < rows && !whole; ++r) std::copy_n(edge + r * width, columns, out + r * c_row);
        i += rows;
      }
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::portable
