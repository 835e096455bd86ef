#pragma once

#include <type_traits>
#include <vector>

#include "ebb/core/choose.hpp"
#include "ebb/ops/detail/unary.hpp"

namespace EBB_NAMESPACE {

namespace detail {

template <class T>
struct LeakyRelu {
  T slope;
  EBB_HOST_DEVICE T operator()(T v) const { return static_cast<T>(choose(v < T(0), slope, T(1)) * v); }
};

template <class T>
struct LeakyReluGradient {
  T slope;
  EBB_HOST_DEVICE T operator()(T dy, T x) const { return static_cast<T>(choose(x > T(0), T(1), slope) * dy); }
};

}  // namespace detail

/// x where x > 0, else slope * x, any shape.  Gradient: dy where x > 0, else slope * dy.
template <class T, class D>
[[nodiscard]] Tensor<T, D> leaky_relu(const Tensor<T, D>& x,
                                      std::type_identity_t<T> slope = static_cast<T>(0.01)) {
  return differentiable(
      detail::map_for("leaky_relu", x, detail::LeakyRelu<T>{slope}), {x},
      [x, slope](const Tensor<T, D>& dy) {
        return std::vector{zip(dy, x, detail::LeakyReluGradient<T>{slope})};
      },
      "leaky_relu");
}

}  // namespace EBB_NAMESPACE
