#pragma once

#include <type_traits>

#include "ebb/ops/detail/binary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Maximum {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return a > b || a != a ? a : b;
  }
};

/// The share of the gradient of maximum(a, b) that goes to a.
struct MaximumSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return static_cast<T>(a == b ? 0.5 : a < b ? 0.0 : 1.0);
  }
};

}  // namespace detail

/// The larger of a and b element by element, the operands broadcast against each other (NumPy's rule); NaN
/// where one of them is.  Gradient: dy to the larger, half of it to either where they are equal, summed over
/// the axes along which the operand was repeated. For the largest element of one tensor there is max.
template <class T, class D>
[[nodiscard]] Tensor<T, D> maximum(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::zip_with_slopes("maximum", a, b, detail::Maximum{}, detail::MaximumSlope{},
                                 detail::Swapped<detail::MaximumSlope>{});
}

/// The larger of x and a number s of the element type.  Gradient: dy where that is x, half of it where they
/// are equal, else 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> maximum(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::map_with_slope("maximum", x, detail::WithRight<detail::Maximum, T>{s},
                                detail::WithRight<detail::MaximumSlope, T>{s});
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> maximum(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return maximum(x, s);
}

}  // namespace EBB_NAMESPACE
