#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/core/axes.hpp"

namespace EBB_NAMESPACE {

/// x with the order of steps of the given axes reversed, copied.  Gradient: dy flipped. Error [flip] for an
/// axis that does not exist or is named twice.
///
///     flip(x, -1)   // (N, C, L): each row from its end to its beginning
template <class T, class D>
[[nodiscard]] Tensor<T, D> flip(const Tensor<T, D>& x, const Axes& axes) {
  detail::require(x.defined(), "flip", "the input is undefined");
  (void)detail::reduced_shape("flip", x.shape(), axes);
  std::vector<bool> reversed(Shape::max_rank);
  for (const Index axis : axes) reversed[static_cast<std::size_t>(axis < 0 ? axis + x.rank() : axis)] = true;
  const auto apply = [reversed](const Tensor<T, D>& from) {
    StridedSizes sizes;
    for (Index axis = 0; axis < from.rank(); ++axis) {
      const Index extent = from.shape()[axis], step = from.shape().size_between(axis + 1, from.rank());
      const bool backwards = reversed[static_cast<std::size_t>(axis)];
      if (backwards) sizes.start += (extent - 1) * step;
      sizes.add_axis(extent, backwards ? -step : step);
    }
    auto to = Tensor<T, D>::uninitialized(from.shape());
    D::copy_strided(from.data(), to.mutable_data(), sizes);
    return to;
  };
  return differentiable(
      apply(x), {x}, [apply](const Tensor<T, D>& dy) { return std::vector{apply(dy)}; }, "flip");
}

}  // namespace EBB_NAMESPACE
