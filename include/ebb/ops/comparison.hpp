#pragma once

#include <string_view>
#include <type_traits>

#include "ebb/ops/detail/binary.hpp"

/// a == b, !=, <, <=, > and >= of two tensors, which are broadcast against each other (NumPy's rule), or of a
/// tensor and a number of its element type: a mask, which is a tensor of bool. No gradient: masks do not
/// move. As for numbers, every comparison with NaN is false but for !=, which is true. Errors [equal],
/// [not_equal], [less], [less_equal], [greater] and [greater_equal] for shapes that do not fit.
///
///     const Tensor<bool> small = x < 0.5f;
///     const float accuracy = mean(cast<float>(argmax(scores, 1) == labels)).item();
///
/// Operators alone, because std::less and its kin are types: functions of these names would be ambiguous in
/// programs that use both namespaces.

namespace EBB_NAMESPACE {

namespace detail {

struct NotEqual {
  template <class T>
  EBB_HOST_DEVICE bool operator()(T a, T b) const {
    return a != b;
  }
};

struct Less {
  template <class T>
  EBB_HOST_DEVICE bool operator()(T a, T b) const {
    return a < b;
  }
};

struct LessEqual {
  template <class T>
  EBB_HOST_DEVICE bool operator()(T a, T b) const {
    return a <= b;
  }
};

using Greater = Swapped<Less>;
using GreaterEqual = Swapped<LessEqual>;

template <class T, class D, class F>
Tensor<bool, D> compare(std::string_view op, const Tensor<T, D>& a, const Tensor<T, D>& b, F f) {
  return zip_for(op, a, b, f).detach();
}

template <class T, class D, class F>
Tensor<bool, D> compare(std::string_view op, const Tensor<T, D>& x, T s, F) {
  return map_for(op, x, WithRight<F, T>{s}).detach();
}

}  // namespace detail

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator==(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::compare("equal", a, b, detail::Equal<bool>{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator==(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::compare("equal", x, s, detail::Equal<bool>{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator==(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return detail::compare("equal", x, s, detail::Equal<bool>{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator!=(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::compare("not_equal", a, b, detail::NotEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator!=(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::compare("not_equal", x, s, detail::NotEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator!=(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return detail::compare("not_equal", x, s, detail::NotEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator<(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::compare("less", a, b, detail::Less{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator<(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::compare("less", x, s, detail::Less{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator<(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return detail::compare("less", x, s, detail::Greater{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator<=(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::compare("less_equal", a, b, detail::LessEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator<=(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::compare("less_equal", x, s, detail::LessEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator<=(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return detail::compare("less_equal", x, s, detail::GreaterEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator>(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::compare("greater", a, b, detail::Greater{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator>(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::compare("greater", x, s, detail::Greater{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator>(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return detail::compare("greater", x, s, detail::Less{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator>=(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  return detail::compare("greater_equal", a, b, detail::GreaterEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator>=(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  return detail::compare("greater_equal", x, s, detail::GreaterEqual{});
}

template <class T, class D>
[[nodiscard]] Tensor<bool, D> operator>=(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return detail::compare("greater_equal", x, s, detail::LessEqual{});
}

}  // namespace EBB_NAMESPACE
