#pragma once

#include "ebb/backend/backend.hpp"
#include "ebb/core/axes.hpp"
#include "ebb/core/tensor.hpp"

/// Sums and repetitions along axes without a place in the graph: what operations and gradients share.

namespace EBB_NAMESPACE::detail {

struct First {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T) const {
    return a;
  }
};

/// Calls step(x, shape, sizes) for every run of neighbouring axes in which `to` has extent 1 and the shape
/// so far more, the last run first; `shape` is what the step gives. Copies where there is nothing to reduce.
template <class T, class D, class Step>
Tensor<T, D> reduce_steps(Tensor<T, D> x, const Shape& to, Step step) {
  bool stepped = false;
  for (Index last = to.rank(); last > 0;) {
    if (to[last - 1] != 1) {
      --last;
      continue;
    }
    Index first = last;
    while (first > 0 && to[first - 1] == 1) --first;
    const ReduceSizes sizes{x.shape().size_between(0, first), x.shape().size_between(first, last),
                            x.shape().size_between(last, to.rank())};
    if (sizes.count != 1) {
      Shape shape = x.shape();
      for (Index axis = first; axis < last; ++axis) shape[axis] = 1;
      x = step(x, shape, sizes);
      stepped = true;
    }
    last = first;
  }
  return stepped ? x : step(x, to, ReduceSizes{.outer = x.size()});
}

/// The sum over every axis that has extent 1 in `to`, a shape of the same rank.
template <class T, class D>
Tensor<T, D> sum_axes(const Tensor<T, D>& x, const Shape& to) {
  return reduce_steps(x.detach(), to, [](const auto& from, const Shape& shape, const ReduceSizes& sizes) {
    auto y = Tensor<T, D>::uninitialized(shape);
    D::reduce_sum(from.data(), y.mutable_data(), sizes);
    return y;
  });
}

/// The gradient of an operand of shape `to` that was broadcast to the shape of dy: dy summed over the axes
/// along which it was repeated. dy itself where there are none.
template <class T, class D>
Tensor<T, D> sum_to_shape(const Tensor<T, D>& dy, const Shape& to) {
  if (dy.shape() == to) return dy;
  Shape aligned;
  for (Index axis = 0; axis < dy.rank() - to.rank(); ++axis) aligned.push_back(1);
  for (const Index extent : to) aligned.push_back(extent);
  return sum_axes(dy, aligned).view(to, 0);
}

/// x, of extent 1 or missing where it is repeated, as a tensor of shape `to`.
template <class T, class D>
Tensor<T, D> repeat_to_shape(const Tensor<T, D>& x, const Shape& to) {
  auto y = Tensor<T, D>::uninitialized(to);
  D::zip(First{}, x.data(), x.data(), y.mutable_data(), BroadcastSizes(to, x.shape(), x.shape()));
  return y;
}

}  // namespace EBB_NAMESPACE::detail
