#pragma once

#include <cstdint>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// The steps of an axis with the given numbers (N), in their order; one may be named often. gather_rows is
/// the same for the leading axis.  Gradient: step s of dx is the sum of the dy of all i with numbers[i] = s,
/// in order. Error [index_select] for an axis or a number that does not exist.
///
///     index_select(x, /*axis=*/1, tensor<std::int32_t>({2, 0}))   // (N, C, L) -> (N, 2, L)
template <class T, class D>
[[nodiscard]] Tensor<T, D> index_select(const Tensor<T, D>& x, Index axis,
                                        const Tensor<std::int32_t, D>& numbers) {
  detail::require(x.defined(), "index_select", "the input is undefined");
  const Index along = detail::normalize_axis("index_select", axis, x.shape());
  detail::require(numbers.rank() == 1, "index_select", "the numbers have shape ", numbers.shape(),
                  ", not (N,)");
  detail::require_rows("index_select", numbers, x.shape()[along]);
  const RowSizes sizes{.rows = numbers.size(),
                       .table = x.shape()[along],
                       .width = x.shape().size_between(along + 1, x.rank()),
                       .outer = x.shape().size_between(0, along)};
  auto y = Tensor<T, D>::uninitialized(detail::with_extent(x.shape(), along, numbers.size()));
  D::gather_rows(x.data(), numbers.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [numbers, sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::scatter_add_rows(dy.data(), numbers.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "index_select");
}

}  // namespace EBB_NAMESPACE
