#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include "ebb/backend/backend.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// Marks a result as cut off where gradients are recorded and an input needs one.
template <class T, class D>
Tensor<T, D> cut_if(bool needs_grad, Tensor<T, D> y, std::string_view op) {
  return needs_grad && is_grad_enabled() ? y.with_node(own(new CutNode(op))) : std::move(y);
}

}  // namespace detail

/// y[i] = f(x[i]), any shape; the result type of f is the element type of y.
///
/// It has no gradient: where x needs one, backward through y is an error. `differentiable` adds one.
template <class T, class D, class F>
[[nodiscard]] auto map(const Tensor<T, D>& x, F f) {
  using R = std::decay_t<std::invoke_result_t<F&, T>>;
  detail::require(x.defined(), "map", "the input is undefined");
  auto y = Tensor<R, D>::uninitialized(x.shape());
  D::map(f, x.data(), y.mutable_data(), x.size());
  return detail::cut_if(x.needs_grad(), std::move(y), "map");
}

/// y[i] = f(a[i], b[i]) with a and b, whose element types may differ, broadcast against each other (NumPy's
/// rule). No gradient, as in `map`.
template <class A, class B, class D, class F>
[[nodiscard]] auto zip(const Tensor<A, D>& a, const Tensor<B, D>& b, F f) {
  using R = std::decay_t<std::invoke_result_t<F&, A, B>>;
  detail::require(a.defined() && b.defined(), "zip", "an input is undefined");
  const Shape shape = detail::broadcast_shape("zip", a.shape(), b.shape());
  auto y = Tensor<R, D>::uninitialized(shape);
  D::zip(f, a.data(), b.data(), y.mutable_data(), BroadcastSizes(shape, a.shape(), b.shape()));
  return detail::cut_if(a.needs_grad() || b.needs_grad(), std::move(y), "zip");
}

namespace detail {

// Named, because the GPU's compiler instantiates them elsewhere.
struct Plus {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return static_cast<T>(a + b);
  }
};

}  // namespace detail
}  // namespace EBB_NAMESPACE
