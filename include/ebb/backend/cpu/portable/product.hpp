#pragma once

#include <algorithm>

#include <Eigen/Core>

#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::cpu::portable {

template <class T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A read-only m x n matrix; element (i, j) lies at data[i * row_stride + j * column_stride].
template <class T>
using View = Eigen::Map<const RowMajor<T>, Eigen::Unaligned, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;

template <class T>
View<T> view(const T* data, Index rows, Index columns, Index row_stride, Index column_stride) {
  return {data, rows, columns, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(row_stride, column_stride)};
}

template <class T>
View<T> transposed(const View<T>& m) {
  return view(m.data(), m.cols(), m.rows(), m.innerStride(), m.outerStride());
}

// Eigen runs a product whose result may have more than 32 rows on as many threads as it likes, and how it
// then cuts the inner axis, and so the rounding, depends on their number. With at most 32 rows in the type
// it never does.
inline constexpr Index strip = 32;

/// c += a b; the rows of c are row_stride apart. One type of operand for every caller, transposed or not, so
/// that Eigen's product is compiled once.
template <class T>
void add_product(const View<T>& a, const View<T>& b, T* c, Index row_stride) {
  using Strip = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, strip>,
                           Eigen::Unaligned, Eigen::OuterStride<>>;
  for (Index row = 0; row < a.rows(); row += strip) {
    const Index rows = std::min(strip, a.rows() - row);
    const View<T> part =
        view(a.data() + row * a.outerStride(), rows, a.cols(), a.outerStride(), a.innerStride());
    Strip(c + row * row_stride, rows, b.cols(), Eigen::OuterStride<>(row_stride)).noalias() += part * b;
  }
}

}  // namespace EBB_NAMESPACE::cpu::portable
