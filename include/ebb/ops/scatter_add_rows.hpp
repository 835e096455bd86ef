#pragma once

#include <cstdint>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// y[rows[i]] += x[i] along the leading axis, from zeros and in order: x (N, ...), rows (N) give (count,
/// ...). Gradient: dx[i] = dy[rows[i]].  Error [scatter_add_rows] for a number outside of [0, count).
template <class T, class D>
[[nodiscard]] Tensor<T, D> scatter_add_rows(const Tensor<T, D>& x, const Tensor<std::int32_t, D>& rows,
                                            Index count) {
  detail::require(x.defined() && x.rank() > 0, "scatter_add_rows", "the input of shape ", x.shape(),
                  " has no rows");
  detail::require(rows.rank() == 1 && rows.size() == x.shape()[0], "scatter_add_rows",
                  "the row numbers have shape ", rows.shape(), ", the input ", x.shape());
  detail::require(count >= 0, "scatter_add_rows", "the number of rows ", count, " is negative");
  detail::require_rows("scatter_add_rows", rows, count);
  const RowSizes sizes{.rows = rows.size(), .table = count, .width = x.shape().size_between(1, x.rank())};
  auto y = Tensor<T, D>::uninitialized(detail::with_extent(x.shape(), 0, count));
  D::scatter_add_rows(x.data(), rows.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [rows, sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::gather_rows(dy.data(), rows.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "scatter_add_rows");
}

}  // namespace EBB_NAMESPACE
