#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/square.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// By repeated squaring, modulo 2^bits as every product of integers.
template <class T>
EBB_HOST_DEVICE T integer_power(T base, T exponent) {
  if constexpr (std::is_signed_v<T>) {
    if (exponent < 0) return static_cast<T>(base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0);
  }
  std::uint64_t power = 1, factor = static_cast<std::uint64_t>(base);
  for (auto rest = static_cast<std::uint64_t>(exponent); rest > 0; rest /= 2, factor *= factor)
    if (rest % 2) power *= factor;
  return static_cast<T>(power);
}

struct Power {
  template <class T>
  EBB_HOST_DEVICE T operator()(T base, T exponent) const {
    if constexpr (std::is_integral_v<T>) {
      return integer_power(base, exponent);
    } else {
      using C = compute_t<T>;
      return static_cast<T>(std::pow(static_cast<C>(base), static_cast<C>(exponent)));
    }
  }
};

struct PowerBaseSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T base, T exponent) const {
    using C = compute_t<T>;
    const C b = static_cast<C>(base), e = static_cast<C>(exponent);
    return static_cast<T>(e == C(0) ? C(0) : e * static_cast<C>(std::pow(b, e - C(1))));
  }
};

struct PowerExponentSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T base, T exponent) const {
    using C = compute_t<T>;
    const C b = static_cast<C>(base), e = static_cast<C>(exponent);
    // The limit, where 0 log(0) would be NaN.
    return static_cast<T>(b == C(0) && e >= C(0) ? C(0) : static_cast<C>(std::pow(b, e) * std::log(b)));
  }
};

}  // namespace detail

/// base^exponent element by element, the operands broadcast against each other (NumPy's rule); NaN for a
/// negative base and an exponent that is no integer. A negative power of an integer is cut off: 0, unless
/// the base is 1 or -1.
///
/// Gradient: dy e b^(e - 1) for the base, dy b^e log(b) for the exponent, which are 0 where e is 0 and where
/// b is 0 and e is not negative; summed over the axes along which the operand was repeated.
template <class T, class D>
[[nodiscard]] Tensor<T, D> pow(const Tensor<T, D>& base, const Tensor<T, D>& exponent) {
  return detail::zip_with_slopes("pow", base, exponent, detail::Power{}, detail::PowerBaseSlope{},
                                 detail::PowerExponentSlope{});
}

/// x^s and s^x for a number s of the element type; x^2 is a product.
template <class T, class D>
[[nodiscard]] Tensor<T, D> pow(const Tensor<T, D>& x, std::type_identity_t<T> s) {
  if (x.defined() && s == T(2)) return square(x);
  return detail::map_with_slope("pow", x, detail::WithRight<detail::Power, T>{s},
                                detail::WithRight<detail::PowerBaseSlope, T>{s});
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> pow(std::type_identity_t<T> s, const Tensor<T, D>& x) {
  return detail::map_with_slope("pow", x, detail::WithLeft<detail::Power, T>{s},
                                detail::WithLeft<detail::PowerExponentSlope, T>{s});
}

}  // namespace EBB_NAMESPACE
