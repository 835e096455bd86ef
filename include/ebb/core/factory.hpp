#pragma once

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "ebb/core/random.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// How many values, or rows, each part has.
template <class Part>
Index common_size(std::initializer_list<Part> parts) {
  const std::size_t size = parts.size() > 0 ? parts.begin()->size() : 0;
  for (const Part& part : parts)
    require(part.size() == size, "tensor", "rows of ", size, " and of ", part.size(),
            " values are no tensor");
  return static_cast<Index>(size);
}

}  // namespace detail

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

/// Rows of equal length: tensor<float>({{1, 2, 3}, {4, 5, 6}}) has shape (2, 3). Error [tensor] where one is
/// longer than another.
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> tensor(std::initializer_list<std::initializer_list<T>> rows) {
  const auto columns = detail::common_size(rows);
  std::vector<T> values;
  for (const auto& row : rows) values.insert(values.end(), row);
  return tensor<T, Device>(values, {static_cast<Index>(rows.size()), columns});
}

/// Matrices of equal shape: tensor<float>({{{1, 2}, {3, 4}}}) has shape (1, 2, 2). Error [tensor].
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> tensor(
    std::initializer_list<std::initializer_list<std::initializer_list<T>>> matrices) {
  if (matrices.size() == 0) return Tensor<T, Device>({0});  // what {} is taken for
  const Index rows = detail::common_size(matrices), columns = detail::common_size(*matrices.begin());
  std::vector<T> values;
  for (const auto& matrix : matrices) {
    detail::require(detail::common_size(matrix) == columns, "tensor", "rows of ", columns, " and of ",
                    detail::common_size(matrix), " values are no tensor");
    for (const auto& row : matrix) values.insert(values.end(), row);
  }
  return tensor<T, Device>(values, {static_cast<Index>(matrices.size()), rows, columns});
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
