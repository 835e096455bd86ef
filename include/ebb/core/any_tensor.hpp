#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "ebb/core/bfloat16.hpp"
#include "ebb/core/error.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

/// An element type as messages and files name it, in the spelling of safetensors.
struct ElementType {
  std::string_view name;
  std::size_t bytes;
};

namespace detail {

inline constexpr std::array<ElementType, 6> element_types{
    {{"F32", 4}, {"F64", 8}, {"BF16", 2}, {"I32", 4}, {"I64", 8}, {"U8", 1}}};

/// The place of an element type in that list; -1 for one that files have no name for.
template <class T>
inline constexpr int element_number = -1;
template <>
inline constexpr int element_number<float> = 0;
template <>
inline constexpr int element_number<double> = 1;
template <>
inline constexpr int element_number<bfloat16> = 2;
template <>
inline constexpr int element_number<std::int32_t> = 3;
template <>
inline constexpr int element_number<std::int64_t> = 4;
template <>
inline constexpr int element_number<std::uint8_t> = 5;

template <class T>
concept NamedElement = element_number<T>
>= 0;

template <NamedElement T>
const ElementType& element_type() {
  return element_types[element_number<T>];
}

/// The element type of that name, or null.
inline const ElementType* find_element_type(std::string_view name) {
  const auto* const found = std::find_if(element_types.begin(), element_types.end(),
                                         [&](const ElementType& type) { return type.name == name; });
  return found == element_types.end() ? nullptr : found;
}

/// Elements of a type and on a device that the reader does not know.
struct Bytes {
  virtual ~Bytes() = default;
  virtual void copy_to_host(void* to) const = 0;
  virtual void copy_from_host(const void* from) const = 0;
  [[nodiscard]] virtual std::shared_ptr<const Bytes> clone() const = 0;
};

template <class D>
struct BytesOn final : Bytes {
  explicit BytesOn(Tensor<std::uint8_t, D> t) : bytes(std::move(t)) {}
  void copy_to_host(void* to) const override { D::copy_to_host(bytes.data(), to, count()); }
  void copy_from_host(const void* from) const override {
    Tensor<std::uint8_t, D> target = bytes;
    D::copy_from_host(from, target.mutable_data(), count());
  }
  [[nodiscard]] std::shared_ptr<const Bytes> clone() const override {
    auto copy = Tensor<std::uint8_t, D>::uninitialized(bytes.shape());
    D::copy(bytes.data(), copy.mutable_data(), count());
    return std::make_shared<BytesOn>(copy);
  }
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(bytes.size()); }

  Tensor<std::uint8_t, D> bytes;
};

}  // namespace detail

/// A handle on a tensor of any element type on any device; copies share the elements. What does not care for
/// the type (files, copies between models) works on this, so it is compiled once for all types.
class AnyTensor {
 public:
  /// Error [state] where the tensor is undefined.
  template <detail::NamedElement T, class D>
  AnyTensor(const Tensor<T, D>& tensor)
      : AnyTensor(
            detail::element_type<T>().name, tensor.shape(),
            tensor.template reinterpret<std::uint8_t>({tensor.size() * static_cast<Index>(sizeof(T))})) {}

  /// Of elements that are bytes until somebody asks for them by their type. Error [state] where the type is
  /// none of the six, or where there are more or fewer bytes than the shape takes.
  template <class D>
  AnyTensor(std::string_view type, const Shape& shape, Tensor<std::uint8_t, D> bytes)
      : type_(detail::find_element_type(type)), shape_(shape) {
    detail::require(bytes.defined(), "state", "a tensor is undefined");
    detail::require(type_ != nullptr, "state", "there is no element type \"", type, "\"");
    detail::require(bytes.shape() == Shape{static_cast<Index>(this->bytes())}, "state", bytes.size(),
                    " bytes are not a tensor of ", type, " of shape ", shape);
    bytes_ = std::make_shared<detail::BytesOn<D>>(std::move(bytes));
  }

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::string_view type() const { return type_->name; }  ///< F32, F64, BF16, I32, I64 or U8
  [[nodiscard]] std::size_t element_bytes() const { return type_->bytes; }
  [[nodiscard]] std::size_t bytes() const {
    return element_bytes() * static_cast<std::size_t>(shape().size());
  }

  /// Copies all elements to or from memory of the host.
  void copy_to_host(void* to) const { bytes_->copy_to_host(to); }
  void copy_from_host(const void* from) const { bytes_->copy_from_host(from); }

  /// A copy with elements of its own.
  [[nodiscard]] AnyTensor clone() const {
    AnyTensor copy = *this;
    copy.bytes_ = bytes_->clone();
    return copy;
  }

  /// The tensor itself; undefined where it has another element type or device.
  template <detail::NamedElement T, class D>
  [[nodiscard]] Tensor<T, D> get() const {
    const auto* const held = dynamic_cast<const detail::BytesOn<D>*>(bytes_.get());
    return held && type_ == &detail::element_type<T>() ? held->bytes.template reinterpret<T>(shape_)
                                                       : Tensor<T, D>();
  }

 private:
  const ElementType* type_;
  Shape shape_;
  std::shared_ptr<const detail::Bytes> bytes_;
};

}  // namespace EBB_NAMESPACE
