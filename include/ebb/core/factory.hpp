#pragma once

#include <cstddef>
#include <vector>

#include "ebb/core/random.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

/// Tensors from nothing. All of them are `name<T>(shape)` on the CPU and `name<T, Device>(shape)` elsewhere.

template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> full(const Shape& shape, T value) {
  auto y = Tensor<T, Device>::uninitialized(shape);
  y.fill(value);
  return y;
}

template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> zeros(const Shape& shape) {
  return full<T, Device>(shape, T(0));
}

template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> ones(const Shape& shape) {
  return full<T, Device>(shape, T(1));
}

/// Uniform in [0, 1).
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> rand(const Shape& shape, Generator& generator = default_generator()) {
  auto y = Tensor<T, Device>::uninitialized(shape);
  Device::random_uniform(y.mutable_data(), y.size(), generator.next());
  return y;
}

/// Standard normal.
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> randn(const Shape& shape, Generator& generator = default_generator()) {
  auto y = Tensor<T, Device>::uninitialized(shape);
  Device::random_normal(y.mutable_data(), y.size(), generator.next());
  return y;
}

/// A tensor of `shape` that holds `values` in row-major order; without a shape, a vector.
///
///     auto x = tensor<float>({1, 2, 3, 4}, {2, 2});
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> tensor(const std::vector<T>& values, const Shape& shape) {
  detail::require(static_cast<Index>(values.size()) == shape.size(), "tensor", values.size(),
                  " values do not fill ", shape);
  auto y = Tensor<T, Device>::uninitialized(shape);
  Device::copy_from_host(values.data(), y.mutable_data(), values.size() * sizeof(T));
  return y;
}

template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> tensor(const std::vector<T>& values) {
  return tensor<T, Device>(values, {static_cast<Index>(values.size())});
}

/// 0, 1, ..., count - 1.
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> arange(Index count) {
  detail::require(count >= 0, "arange", "the count ", count, " is negative");
  auto y = Tensor<T, Device>::uninitialized({count});
  std::vector<T> values(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = static_cast<T>(i);
  Device::copy_from_host(values.data(), y.mutable_data(), values.size() * sizeof(T));
  return y;
}

}  // namespace EBB_NAMESPACE
