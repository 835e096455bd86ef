#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "ebb/backend/backend.hpp"
#include "ebb/core/tensor.hpp"

/// What repeat and repeat_interleave share.

namespace EBB_NAMESPACE::detail {

/// An axis of `extent` steps: `outer` times one after another, each step `inner` times.
struct RepeatedAxis {
  Index extent = 1, outer = 1, inner = 1;
};

/// Throws unless an axis of that extent may be repeated that often.
inline void require_repeatable(std::string_view op, Index axis, Index extent, Index count) {
  require(count >= 0 && count <= Shape::max_size / std::max<Index>(extent, 1), op, "axis ", axis,
          " of extent ", extent, " cannot be repeated ", count, " times");
}

inline Shape repeated_shape(const std::vector<RepeatedAxis>& axes) {
  Shape shape;
  for (const RepeatedAxis& axis : axes) shape.push_back(axis.outer * axis.extent * axis.inner);
  return shape;
}

/// x, whose extents are those of the axes.
template <class T, class D>
Tensor<T, D> repeated(const Tensor<T, D>& x, const std::vector<RepeatedAxis>& axes) {
  auto y = Tensor<T, D>::uninitialized(repeated_shape(axes));
  StridedSizes sizes;
  Index step = x.size();
  for (const RepeatedAxis& axis : axes) {
    step /= std::max<Index>(axis.extent, 1);
    sizes.add_axis(axis.outer, 0);
    sizes.add_axis(axis.extent, step);
    sizes.add_axis(axis.inner, 0);
  }
  D::copy_strided(x.data(), y.mutable_data(), sizes);
  return y;
}

/// The gradient: the sums over what was repeated, as a tensor of `shape`.
template <class T, class D>
Tensor<T, D> unrepeated(const Tensor<T, D>& dy, const std::vector<RepeatedAxis>& axes, const Shape& shape) {
  if (dy.size() == 0) return Tensor<T, D>(shape);
  Tensor<T, D> sum = dy.detach();
  Index inner = 1;  // elements of a step, of axes that are summed already
  const auto reduce = [&](Index count) {
    if (count == 1) return;
    auto to = Tensor<T, D>::uninitialized({sum.size() / count});
    D::reduce_sum(sum.data(), to.mutable_data(),
                  ReduceSizes{.outer = to.size() / inner, .count = count, .inner = inner});
    sum = to;
  };
  for (std::size_t i = axes.size(); i-- > 0;) {
    reduce(axes[i].inner);
    inner *= axes[i].extent;
    reduce(axes[i].outer);
  }
  return sum.view(shape, 0);
}

}  // namespace EBB_NAMESPACE::detail
