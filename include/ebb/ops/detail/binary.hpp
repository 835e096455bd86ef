#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/reduce.hpp"
#include "ebb/ops/detail/unary.hpp"

/// What the arithmetic operators share: errors in their own names, and changes in place.

namespace EBB_NAMESPACE::detail {

struct Minus {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return static_cast<T>(a - b);
  }
};

struct Times {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return static_cast<T>(a * b);
  }
};

struct Divides {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return static_cast<T>(a / b);
  }
};

/// 1 where a = b, else 0.
template <class R>
struct Equal {
  template <class T>
  EBB_HOST_DEVICE R operator()(T a, T b) const {
    return static_cast<R>(a == b ? 1 : 0);
  }
};

/// a, b -> f(b, a)
template <class F>
struct Swapped {
  F f{};
  template <class T>
  EBB_HOST_DEVICE auto operator()(T a, T b) const {
    return f(b, a);
  }
};

/// v -> f(v, s)
template <class F, class T>
struct WithRight {
  T s;
  EBB_HOST_DEVICE auto operator()(T v) const { return F{}(v, s); }
};

/// v -> f(s, v)
template <class F, class T>
struct WithLeft {
  T s;
  EBB_HOST_DEVICE auto operator()(T v) const { return F{}(s, v); }
};

/// dy times the slope of a function at x.
template <class F>
struct TimesSlope {
  F slope;
  template <class T>
  EBB_HOST_DEVICE T operator()(T dy, T x) const {
    return static_cast<T>(dy * slope(x));
  }
};

/// zip whose errors name the operation that the user called.
template <class A, class B, class D, class F>
auto zip_for(std::string_view op, const Tensor<A, D>& a, const Tensor<B, D>& b, F f) {
  require(a.defined() && b.defined(), op, "an operand is undefined");
  broadcast_shape(op, a.shape(), b.shape());
  return zip(a, b, f);
}

/// f(a, b), broadcast, whose slope along either operand is a function of both.
template <class T, class D, class F, class A, class B>
Tensor<T, D> zip_with_slopes(std::string_view op, const Tensor<T, D>& a, const Tensor<T, D>& b, F f,
                             A slope_a, B slope_b) {
  return differentiable(
      zip_for(op, a, b, f), {a, b},
      [=](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> d(2);
        if (needs[0]) d[0] = sum_to_shape(zip(dy, zip(a, b, slope_a), Times{}), a.shape());
        if (needs[1]) d[1] = sum_to_shape(zip(dy, zip(a, b, slope_b), Times{}), b.shape());
        return d;
      },
      op);
}

/// f(x), whose slope is a function of x.
template <class T, class D, class F, class S>
Tensor<T, D> map_with_slope(std::string_view op, const Tensor<T, D>& x, F f, S slope) {
  return differentiable(
      map_for(op, x, f), {x},
      [x, slope](const Tensor<T, D>& dy) { return std::vector{zip(dy, x, TimesSlope<S>{slope})}; }, op);
}

template <class T, class D>
bool partly_overlap(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  const T *const from_a = a.data(), *const from_b = b.data();
  const std::less<const T*> before;
  const bool overlap = before(from_a, from_b + b.size()) && before(from_b, from_a + a.size());
  return overlap && !(from_a == from_b && a.shape() == b.shape());
}

/// a = f(a, b) in place, b broadcast to the shape of a. Changes values only, as Tensor::fill does.
template <class T, class D, class F>
Tensor<T, D>& update(std::string_view op, Tensor<T, D>& a, const Tensor<T, D>& b, F f) {
  a.require_writable(op);
  require(b.defined(), op, "an operand is undefined");
  require(broadcast_shape(op, a.shape(), b.shape()) == a.shape(), op, "a tensor of shape ", b.shape(),
          " does not broadcast into ", a.shape());
  require(!(is_grad_enabled() && b.needs_grad()), op,
          "the right side needs a gradient, which would be lost: detach() it");
  const Tensor<T, D> right = partly_overlap(a, b) ? copy_of(b) : b;
  T* const values = a.mutable_data();
  D::zip(f, values, right.data(), values, BroadcastSizes(a.shape(), a.shape(), b.shape()));
  return a;
}

template <class T, class D, class F>
Tensor<T, D>& update(std::string_view op, Tensor<T, D>& a, F f) {
  a.require_writable(op);
  T* const values = a.mutable_data();
  D::map(f, values, values, a.size());
  return a;
}

}  // namespace EBB_NAMESPACE::detail
