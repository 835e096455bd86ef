#pragma once

#include <algorithm>
#include <cmath>
#include <string_view>
#include <type_traits>

#include "ebb/ops/detail/binary.hpp"

/// What var and stddev share.

namespace EBB_NAMESPACE {

struct VarOptions {
  double correction = 1;   ///< n - correction is what the squares are divided by: 1 (Bessel) or 0, the mean
  bool keep_axes = false;  ///< reduced axes stay, with extent 1
};

namespace detail {

/// The root of the sum of squares over every axis that has extent 1 in `to`, a shape of the same rank.
template <class T, class D>
Tensor<T, D> norm_axes(const Tensor<T, D>& x, const Shape& to) {
  return reduce_steps(x.detach(), to, [](const auto& from, const Shape& shape, const ReduceSizes& sizes) {
    auto y = Tensor<T, D>::uninitialized(shape);
    D::reduce_norm(from.data(), y.mutable_data(), sizes);
    return y;
  });
}

/// Mean and standard deviation with the reduced axes kept.
template <class T, class D>
struct Moments {
  Tensor<T, D> mean, deviation;
  Shape result;    ///< the shape of what the operation returns
  double divisor;  ///< of the sum of squares

  /// Of a function of the variance whose gradient is `dvariance`.
  [[nodiscard]] Tensor<T, D> gradient(const Tensor<T, D>& x, const Tensor<T, D>& dvariance) const {
    const T scale = static_cast<T>(2 / divisor);
    return zip(zip(x, mean, Minus{}), map(dvariance, WithRight<Times, T>{scale}), Times{});
  }
};

template <class T, class D>
Moments<T, D> moments(std::string_view op, const Tensor<T, D>& given, const Axes& axes,
                      const VarOptions& options) {
  static_assert(!std::is_integral_v<T>, "the variance of integers is no integer: cast<float>(x) first");
  require(given.defined(), op, "the input is undefined");
  const Tensor<T, D> x = given.detach();
  const Shape kept = reduced_shape(op, x.shape(), axes);
  const double count = static_cast<double>(x.size()) / static_cast<double>(std::max<Index>(kept.size(), 1));
  const double divisor = std::max(0.0, count - options.correction);
  const Tensor<T, D> mean = map(sum_axes(x, kept), WithRight<Divides, T>{static_cast<T>(count)});
  const Tensor<T, D> norm = norm_axes(zip(x, mean, Minus{}), kept);
  return {mean, map(norm, WithRight<Divides, T>{static_cast<T>(std::sqrt(divisor))}),
          options.keep_axes ? kept : without_axes(x.shape(), axes), divisor};
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
