#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <numeric>
#include <type_traits>
#include <utility>
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

// Tensors from nothing. All of them are `name<T>(shape)` on the CPU and `name<T, Device>(shape)` elsewhere.

/// Every element the same value.
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> full(const Shape& shape, T value) {
  auto y = Tensor<T, Device>::uninitialized(shape);
  y.fill(value);
  return y;
}

/// Every element 0.
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> zeros(const Shape& shape) {
  return full<T, Device>(shape, T(0));
}

/// Every element 1.
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
  if constexpr (std::is_same_v<T, bool>) {  // a std::vector<bool> packs its elements
    const auto unpacked = std::make_unique<bool[]>(values.size());
    std::copy(values.begin(), values.end(), unpacked.get());
    Device::copy_from_host(unpacked.get(), y.mutable_data(), values.size());
  } else {
    Device::copy_from_host(values.data(), y.mutable_data(), values.size() * sizeof(T));
  }
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

/// from, from + step, ... up to but without `to`; downwards where the step is negative. Number i is from + i
/// step, rounded once.  Error [arange] for a step of 0 or one that leads away from `to`.
///
///     arange<float>(1, 2, 0.25f)   // 1, 1.25, 1.5, 1.75
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> arange(std::type_identity_t<detail::compute_t<T>> from,
                                       std::type_identity_t<detail::compute_t<T>> to,
                                       std::type_identity_t<detail::compute_t<T>> step = 1) {
  detail::require(step != 0 && (step > 0 ? from <= to : from >= to), "arange", "steps of ", step,
                  " do not lead from ", from, " to ", to);
  using Number = std::conditional_t<std::is_integral_v<T>, Index, double>;
  const auto first = static_cast<Number>(from), distance = static_cast<Number>(to) - first;
  const auto stride = static_cast<Number>(step);
  Index count = 0;
  if constexpr (std::is_integral_v<T>) {
    count = distance / stride + (distance % stride != 0);
  } else {
    const double steps = std::ceil(distance / stride);
    detail::require(steps <= static_cast<double>(Shape::max_size), "arange", "steps of ", step, " from ",
                    from, " to ", to, " are too many");
    count = static_cast<Index>(steps);
  }
  auto y = std::vector<T>(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i)
    y[static_cast<std::size_t>(i)] = static_cast<T>(first + static_cast<Number>(i) * stride);
  return tensor<T, Device>(y);
}

/// `count` numbers at equal distances from `from` to `to`, both included, rounded once.
/// Error [linspace] for a negative count.
///
///     linspace<float>(0, 1, 5)   // 0, 0.25, 0.5, 0.75, 1
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> linspace(double from, double to, Index count) {
  static_assert(!std::is_integral_v<T>, "numbers between two others are no integers");
  detail::require(count >= 0, "linspace", "the count ", count, " is negative");
  const double step = count > 1 ? (to - from) / static_cast<double>(count - 1) : 0;
  std::vector<T> values;
  for (Index i = 0; i < count; ++i) {
    // From the nearer end, so that both ends are met and the middle is symmetric.
    const double v =
        2 * i < count ? from + static_cast<double>(i) * step : to - static_cast<double>(count - 1 - i) * step;
    values.push_back(static_cast<T>(v));
  }
  return tensor<T, Device>(values);
}

/// Ones on the diagonal, zeros elsewhere: (rows, columns), by default a square.
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> eye(Index rows, Index columns) {
  const Shape shape{rows, columns};
  std::vector<T> values(static_cast<std::size_t>(shape.size()));
  for (Index i = 0; i < std::min(rows, columns); ++i)
    values[static_cast<std::size_t>(i * columns + i)] = static_cast<T>(1);
  return tensor<T, Device>(values, shape);
}

template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> eye(Index size) {
  return eye<T, Device>(size, size);
}

/// Integers drawn evenly from [low, high), each exactly as likely as any other.
/// Error [randint] where there are none.
///
///     const auto labels = randint<std::int32_t>(0, 10, {batch});
template <class T, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> randint(std::type_identity_t<T> low, std::type_identity_t<T> high,
                                        const Shape& shape, Generator& generator = default_generator()) {
  static_assert(std::is_integral_v<T>, "randint draws integers");
  detail::require(low < high, "randint", "there are no integers in [", low, ", ", high, ")");
  auto y = Tensor<T, Device>::uninitialized(shape);
  const std::uint64_t count = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  Device::random_integers(y.mutable_data(), y.size(), low, count, generator.next());
  return y;
}

/// 0, 1, ..., count - 1 in random order, each order as likely as any other (Fisher and Yates): what
/// gather_rows takes to shuffle.  Error [randperm] for a negative count or one that does not fit the type.
template <class T = std::int32_t, class Device = Cpu>
[[nodiscard]] Tensor<T, Device> randperm(Index count, Generator& generator = default_generator()) {
  static_assert(std::is_integral_v<T>, "a permutation consists of integers");
  detail::require(count >= 0 && std::in_range<T>(std::max<Index>(count - 1, 0)), "randperm", "the count ",
                  count, " is negative or does not fit the element type");
  std::vector<T> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), T(0));
  const Philox random = generator.next();
  for (std::uint64_t i = static_cast<std::uint64_t>(count); i > 1; --i)
    std::swap(values[i - 1], values[detail::integer_below(random, i, i)]);
  return tensor<T, Device>(values);
}

// Tensors of the shape, element type and device of another one. Error [zeros_like], ... for an undefined one.

/// full of the shape, element type and device of x.
template <class T, class D>
[[nodiscard]] Tensor<T, D> full_like(const Tensor<T, D>& x, std::type_identity_t<T> value) {
  detail::require(x.defined(), "full_like", "the tensor is undefined");
  return full<T, D>(x.shape(), value);
}

/// zeros of the shape, element type and device of x.
template <class T, class D>
[[nodiscard]] Tensor<T, D> zeros_like(const Tensor<T, D>& x) {
  detail::require(x.defined(), "zeros_like", "the tensor is undefined");
  return zeros<T, D>(x.shape());
}

/// ones of the shape, element type and device of x.
template <class T, class D>
[[nodiscard]] Tensor<T, D> ones_like(const Tensor<T, D>& x) {
  detail::require(x.defined(), "ones_like", "the tensor is undefined");
  return ones<T, D>(x.shape());
}

/// rand of the shape, element type and device of x.
template <class T, class D>
[[nodiscard]] Tensor<T, D> rand_like(const Tensor<T, D>& x, Generator& generator = default_generator()) {
  detail::require(x.defined(), "rand_like", "the tensor is undefined");
  return rand<T, D>(x.shape(), generator);
}

/// randn of the shape, element type and device of x.
template <class T, class D>
[[nodiscard]] Tensor<T, D> randn_like(const Tensor<T, D>& x, Generator& generator = default_generator()) {
  detail::require(x.defined(), "randn_like", "the tensor is undefined");
  return randn<T, D>(x.shape(), generator);
}

}  // namespace EBB_NAMESPACE
