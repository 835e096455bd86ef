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

/// As many columns of a result as are summed side by side: two registers of 16 bytes.
template <class T>
inline constexpr Index lanes = 32 / sizeof(T);

/// Rows of a result whose sums stay in registers together.
inline constexpr Index tile_rows = 4;

/// c (Rows x lanes) += a b, where b is packed: row k at b + k * lanes.
template <int Rows, class T>
void add_tile(const View<T>& a, const T* b, T* c, Index c_row) {
  using Row = Eigen::Array<T, static_cast<int>(lanes<T>), 1>;
  Row sums[Rows];
  for (Index r = 0; r < Rows; ++r) sums[r] = Eigen::Map<const Row>(c + r * c_row);
  for (Index k = 0; k < a.columns; ++k) {
    const Row right = Eigen::Map<const Row>(b + k * lanes<T>);
#pragma GCC unroll 4
    for (Index r = 0; r < Rows; ++r) sums[r] += a(r, k) * right;
  }
  for (Index r = 0; r < Rows; ++r) Eigen::Map<Row>(c + r * c_row) = sums[r];
}

/// c += a b; the rows of c are c_row apart. Eigen's own product is as fast, but a twelfth of the compile time
/// of a small program, and splits its sums as it likes where it runs on threads.
template <class T>
void add_product(const View<T>& a, const View<T>& b, T* c, Index c_row) {
  constexpr Index depth = 256, width = lanes<T>;  // of what is packed of b
  alignas(64) T panel[depth * width];
  alignas(64) T edge[tile_rows * width];  // in place of columns beyond the last one
  for (Index k = 0; k < b.rows; k += depth) {
    const Index steps = std::min(depth, b.rows - k);
    for (Index j = 0; j < b.columns; j += width) {
      const Index columns = std::min(width, b.columns - j);
      for (Index step = 0; step < steps; ++step)
        for (Index lane = 0; lane < width; ++lane)
          panel[step * width + lane] = lane < columns ? b(k + step, j + lane) : T(0);
      for (Index i = 0, rows; i < a.rows; i += rows) {
        rows = i + tile_rows <= a.rows ? tile_rows : 1;
        const View<T> left{&a.data[i * a.row_stride + k * a.column_stride], rows, steps, a.row_stride,
                           a.column_stride};
        T* const out = c + i * c_row + j;
        const bool whole = columns == width;
        for (Index r = 0; r < rows && !whole; ++r) std::copy_n(out + r * c_row, columns, edge + r * width);
        T* const to = whole ? out : edge;
        const Index to_row = whole ? c_row : width;
        rows == 1 ? add_tile<1>(left, panel, to, to_row) : add_tile<tile_rows>(left, panel, to, to_row);
        for (Index r = 0; r < rows && !whole; ++r) std::copy_n(edge + r * width, columns, out + r * c_row);
      }
    }
  }
}

}  // namespace EBB_NAMESPACE::cpu::portable
