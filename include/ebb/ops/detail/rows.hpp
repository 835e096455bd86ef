#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ebb/backend/backend.hpp"
#include "ebb/core/host_values.hpp"
#include "ebb/core/tensor.hpp"

/// Copies of parts along one axis, and checked row numbers.

namespace EBB_NAMESPACE::detail {

/// `shape` with another extent along one axis.
inline Shape with_extent(Shape shape, Index axis, Index extent) {
  shape[axis] = extent;
  return shape;
}

/// Copies `length` steps along `axis` from x, beginning at `from`, to y, beginning at `to`. All other extents
/// are equal.
template <class T, class D>
void copy_part(const Tensor<T, D>& x, Index from, Tensor<T, D>& y, Index to, Index axis, Index length) {
  const Index inner = x.shape().size_between(axis + 1, x.rank());
  D::copy_blocks(x.data() + from * inner, y.mutable_data() + to * inner,
                 BlockSizes{.outer = x.shape().size_between(0, axis),
                            .count = length * inner,
                            .x_stride = x.shape()[axis] * inner,
                            .y_stride = y.shape()[axis] * inner});
}

/// [start, start + length) of one axis, copied.
template <class T, class D>
Tensor<T, D> part_of(const Tensor<T, D>& x, Index axis, Index start, Index length) {
  auto y = Tensor<T, D>::uninitialized(with_extent(x.shape(), axis, length));
  copy_part(x, start, y, 0, axis, length);
  return y;
}

/// Throws unless every number is in [0, count) or equal to `ignored`. `what` names one of them.
template <class D>
void require_rows(std::string_view op, const Tensor<std::int32_t, D>& rows, Index count,
                  std::string_view what = "number", std::optional<std::int32_t> ignored = {}) {
  require(rows.defined(), op, "the row numbers are undefined");
  const HostValues values(rows);
  for (Index i = 0; i < values.size(); ++i)
    require((values[i] >= 0 && values[i] < count) || values[i] == ignored, op, what, " ", values[i],
            " at position ", i, " is not in [0, ", count, ")");
}

}  // namespace EBB_NAMESPACE::detail
