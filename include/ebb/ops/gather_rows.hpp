#pragma once

#include <cstdint>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// y[i] = x[rows[i]] along the leading axis: x (R, ...), rows (N) give (N, ...); a row may be named often.
/// Gradient: row r of dx is the sum of the dy[i] with rows[i] = r, in order.
/// Error [gather_rows] for a number outside of [0, R).
template <class T, class D>
[[nodiscard]] Tensor<T, D> gather_rows(const Tensor<T, D>& x, const Tensor<std::int32_t, D>& rows) {
  detail::require(x.defined() && x.rank() > 0, "gather_rows", "the input of shape ", x.shape(),
                  " has no rows");
  detail::require(rows.rank() == 1, "gather_rows", "the row numbers have shape ", rows.shape(), ", not (N,)");
  detail::require_rows("gather_rows", rows, x.shape()[0]);
  const RowSizes sizes{
      .rows = rows.size(), .table = x.shape()[0], .width = x.shape().size_between(1, x.rank())};
  auto y = Tensor<T, D>::uninitialized(detail::with_extent(x.shape(), 0, rows.size()));
  D::gather_rows(x.data(), rows.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [rows, sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::scatter_add_rows(dy.data(), rows.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "gather_rows");
}

}  // namespace EBB_NAMESPACE
