#pragma once

#include <type_traits>

#include "ebb/ops/detail/binary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Minimum {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return a < b || a != a ? a : b;
  }
};

/// The share of the gradient of minimum(a, b) that goes to a.
struct MinimumSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T a, T b) const {
    return static_cast<T>(a == b ? 0.5 : a > b ? 0.0 : 1.0);
  }
};

}  // namespace detail

/// The smaller of a and b element by element, the operands broadcast against each other (NumPy's rule); NaN
/// where one of them is.  Gradient: dy to the smaller, half of it to either where they are equal, summed over
/// the axes along which the operand was repeated. For the smallest element of one tensor there is min.
template <class T, class D>
[[nodiscard]] Tensor<T, D> minimum(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::zip_with_slopes("minimum", a, b, detail::Minimum{}, detail::MinimumSlope{},
                                 detail::Swapped<detail::MinimumSlope>{});
}

/// The smaller of x and a number s of the element type.  Gradient: dy where that is x, half of it where they
/// are equal, else 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> minimum(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::map_with_slope("minimum", x, detail::WithRight<detail::Minimum, T>{s},
                                detail::WithRight<detail::MinimumSlope, T>{s});
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> minimum(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return minimum(x, s);
}

}  // namespace EBB_NAMESPACE
