#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE::data {

/// Inputs x and targets y of some samples, both of any type: a tensor whose first axis counts the samples, or
/// a std::tuple of such. A batch need not be a Batch: where there are no targets it is the tensor itself, and
/// a struct of one's own will do that has a member `x` or a function `Index batch_size() const`.
///
///     data::Batch<Tensor<float>, Tensor<std::int32_t>>                                  // classes
///     data::Batch<Tensor<float>, Tensor<float>>                                         // regression
///     data::Batch<std::tuple<Tensor<float>, Tensor<std::int32_t>>, Tensor<float>>       // two inputs
template <class X, class Y>
struct Batch {
  X x;
  Y y;
};

/// Samples x (batch, ...) and the classes that they belong to.
template <class T, class D = Cpu>
using Labelled = Batch<Tensor<T, D>, Tensor<std::int32_t, D>>;

namespace detail {

template <class B>
inline constexpr bool is_tensor = false;
template <class T, class D>
inline constexpr bool is_tensor<Tensor<T, D>> = true;

template <class B>
inline constexpr bool is_batch = false;
template <class X, class Y>
inline constexpr bool is_batch<Batch<X, Y>> = true;

template <class B>
concept Tuple = requires {
  std::tuple_size<B>::value;
};

}  // namespace detail

/// How many samples a batch of any kind has.
template <class B>
[[nodiscard]] Index batch_size(const B& batch) {
  if constexpr (detail::is_tensor<B>) {
    return batch.shape(0);
  } else if constexpr (requires { batch.batch_size(); }) {
    return batch.batch_size();
  } else if constexpr (detail::Tuple<B>) {
    return batch_size(std::get<0>(batch));
  } else {
    return batch_size(batch.x);
  }
}

/// A batch of the host's on device D: tensors, Batch and tuples; for a struct of one's own, what its member
/// `template to<D>()` gives.
template <class D, class B>
[[nodiscard]] auto to_device(const B& batch) {
  if constexpr (std::is_same_v<D, Cpu>) {
    return batch;
  } else if constexpr (detail::is_tensor<B>) {
    using T = typename B::value_type;
    auto copy = Tensor<T, D>::uninitialized(batch.shape());
    D::copy_from_host(batch.data(), copy.mutable_data(), static_cast<std::size_t>(batch.size()) * sizeof(T));
    return copy;
  } else if constexpr (detail::is_batch<B>) {
    return Batch<decltype(to_device<D>(batch.x)), decltype(to_device<D>(batch.y))>{to_device<D>(batch.x),
                                                                                   to_device<D>(batch.y)};
  } else if constexpr (detail::Tuple<B>) {
    return std::apply([](const auto&... part) { return std::make_tuple(to_device<D>(part)...); }, batch);
  } else {
    return batch.template to<D>();
  }
}

}  // namespace EBB_NAMESPACE::data
