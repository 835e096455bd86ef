#pragma once

#include <type_traits>
#include <vector>

#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

template <class U>
struct Cast {
  template <class T>
  EBB_HOST_DEVICE U operator()(T v) const {
    using C = compute_t<U>;
    return static_cast<U>(static_cast<C>(static_cast<compute_t<T>>(v)));
  }
};

}  // namespace detail

/// The values as another element type, by the rules of static_cast (bfloat16 rounds to nearest, ties to even;
/// an integer cuts off the fraction), any shape.  Gradient: dy cast back, where both are floating.
///
///     const Tensor<float> scaled = cast<float>(bytes) / 255.0f;
template <class U, class T, class D>
[[nodiscard]] Tensor<U, D> cast(const Tensor<T, D>& x) {
  const Tensor<U, D> y = detail::map_for("cast", x, detail::Cast<U>{});
  if constexpr (std::is_integral_v<T> || std::is_integral_v<U>) {
    return y;
  } else {
    return differentiable(
        y, {x}, [](const Tensor<U, D>& dy) { return std::vector{cast<T>(dy)}; }, "cast");
  }
}

}  // namespace EBB_NAMESPACE
