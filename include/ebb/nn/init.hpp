#pragma once

#include <cmath>

#include "ebb/core/factory.hpp"
#include "ebb/core/init.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/multiply.hpp"

/// Draws what core/init.hpp describes.

namespace EBB_NAMESPACE {

namespace detail {

inline double fan_of(const Shape& shape, Init::Fan fan) {
  if (fan == Init::Fan::none) return 1;
  require(shape.rank() >= 2, "init", "a weight of shape ", shape, " has no fans: expected (out, in, ...)");
  const auto taps = static_cast<double>(shape.size_between(2, shape.rank()));
  const double in = static_cast<double>(shape[1]) * taps, out = static_cast<double>(shape[0]) * taps;
  return fan == Init::Fan::in ? in : (in + out) / 2;
}

}  // namespace detail

template <class T, class D>
Tensor<T, D> Init::make(const Shape& shape, Generator& generator) const {
  const double width = spread / std::sqrt(detail::fan_of(shape, fan));
  if (width == 0) return full<T, D>(shape, static_cast<T>(center));
  const bool is_normal = distribution == Distribution::normal;
  Tensor<T, D> y = is_normal ? randn<T, D>(shape, generator) : rand<T, D>(shape, generator);
  y *= static_cast<T>(is_normal ? width : 2 * width);
  y += static_cast<T>(is_normal ? center : center - width);
  return y;
}

}  // namespace EBB_NAMESPACE
