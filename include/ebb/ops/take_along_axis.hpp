#pragma once

#include <cstdint>

#include "ebb/ops/detail/rows.hpp"
#include "ebb/ops/detail/take_along.hpp"

namespace EBB_NAMESPACE {

/// y[i, j, k] = x[i, index[i, j, k], k] for axis 1, and so for any (NumPy's take_along_axis, PyTorch's
/// gather): the index has the shape of x but for that axis, y has the shape of the index.  Gradient: each dy
/// is added where its value came from, in order.  Error [take_along_axis] for shapes that do not fit or a
/// number out of range.
///
///     take_along_axis(scores, 1, unsqueeze(labels, 1))   // (N, C), (N, 1) -> (N, 1): of each label
template <class T, class D>
[[nodiscard]] Tensor<T, D> take_along_axis(const Tensor<T, D>& x, Index axis,
                                           const Tensor<std::int32_t, D>& index) {
  detail::require(x.defined(), "take_along_axis", "the input is undefined");
  const Index along = detail::normalize_axis("take_along_axis", axis, x.shape());
  detail::require(index.rank() == x.rank() && detail::with_extent(index.shape(), along, 0) ==
                                                  detail::with_extent(x.shape(), along, 0),
                  "take_along_axis", "shapes ", x.shape(), " and ", index.shape(),
                  " differ in more than axis ", axis);
  detail::require_rows("take_along_axis", index, x.shape()[along]);
  const AlongSizes sizes{.outer = x.shape().size_between(0, along),
                         .count = index.shape()[along],
                         .table = x.shape()[along],
                         .inner = x.shape().size_between(along + 1, x.rank())};
  return detail::take_along("take_along_axis", x, index, sizes);
}

}  // namespace EBB_NAMESPACE
