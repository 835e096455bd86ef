#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/core/bfloat16.hpp"
#include "ebb/core/error.hpp"
#include "ebb/core/half.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

/// An element type as messages and files name it, in the spelling of safetensors.
struct ElementType {
  std::string_view name;
  Index bits;
};

namespace detail {

/// Those that have a C++ type, in the order of their numbers below, and those that files may have as well.
inline constexpr std::array<ElementType, 20> element_types{
    {{"F32", 32},    {"F64", 64},    {"BF16", 16},   {"I32", 32}, {"I64", 64},    {"U8", 8},     {"I8", 8},
     {"I16", 16},    {"U16", 16},    {"U32", 32},    {"U64", 64}, {"BOOL", 8},    {"F16", 16},   {"C64", 64},
     {"F8_E4M3", 8}, {"F8_E5M2", 8}, {"F8_E8M0", 8}, {"F4", 4},   {"F6_E2M3", 6}, {"F6_E3M2", 6}}};

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
template <>
inline constexpr int element_number<std::int8_t> = 6;
template <>
inline constexpr int element_number<std::int16_t> = 7;
template <>
inline constexpr int element_number<std::uint16_t> = 8;
template <>
inline constexpr int element_number<std::uint32_t> = 9;
template <>
inline constexpr int element_number<std::uint64_t> = 10;
template <>
inline constexpr int element_number<bool> = 11;

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

/// How many bytes so many elements take; nothing where they end within a byte.
inline std::optional<Index> bytes_of(const ElementType& type, Index elements) {
  const Index bits_of_rest = elements % 8 * type.bits;
  if (bits_of_rest % 8 != 0) return std::nullopt;
  return elements / 8 * type.bits + bits_of_rest / 8;
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

  /// Of elements that are bytes until somebody asks for them by their type. Error [state] for an unknown
  /// type, or where there are more or fewer bytes than the shape takes.
  template <class D>
  AnyTensor(std::string_view type, const Shape& shape, Tensor<std::uint8_t, D> bytes)
      : type_(detail::find_element_type(type)), shape_(shape) {
    detail::require(bytes.defined(), "state", "a tensor is undefined");
    detail::require(type_ != nullptr, "state", "there is no element type \"", type, "\"");
    detail::require(detail::bytes_of(*type_, shape.size()) == bytes.size() && bytes.rank() == 1, "state",
                    bytes.size(), " bytes are not a tensor of ", type, " of shape ", shape);
    bytes_ = std::make_shared<detail::BytesOn<D>>(std::move(bytes));
  }

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::string_view type() const { return type_->name; }  ///< F32, BF16, I64, ...
  /// To what the elements are aligned: their size, 1 of those that are smaller than a byte.
  [[nodiscard]] std::size_t element_bytes() const {
    return static_cast<std::size_t>(std::max<Index>(type_->bits / 8, 1));
  }
  [[nodiscard]] std::size_t bytes() const {
    return static_cast<std::size_t>(*detail::bytes_of(*type_, shape().size()));
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

  /// The tensor itself; undefined where it has another element type or device. Error [state] for a bool that
  /// is neither 0 nor 1.
  template <detail::NamedElement T, class D>
  [[nodiscard]] Tensor<T, D> get() const {
    const auto* const held = dynamic_cast<const detail::BytesOn<D>*>(bytes_.get());
    if (!held || type_ != &detail::element_type<T>()) return {};
    if constexpr (std::is_same_v<T, bool>) require_bools();
    return held->bytes.template reinterpret<T>(shape_);
  }

  /// The values as numbers of type T on the CPU, by the rules of static_cast, whatever type and device they
  /// have: a copy. F16 is read so. Error [state] for a type that has no values here (C64, F8, F6, F4).
  template <class T>
  [[nodiscard, gnu::cold]] Tensor<T> cast() const {
    Tensor<T> values;
    const bool found = cast_from<T, float>(values) || cast_from<T, double>(values) ||
                       cast_from<T, bfloat16>(values) || cast_from<T, std::int32_t>(values) ||
                       cast_from<T, std::int64_t>(values) || cast_from<T, std::uint8_t>(values) ||
                       cast_from<T, std::int8_t>(values) || cast_from<T, std::int16_t>(values) ||
                       cast_from<T, std::uint16_t>(values) || cast_from<T, std::uint32_t>(values) ||
                       cast_from<T, std::uint64_t>(values) || cast_from<T, bool>(values);
    if (found) return values;
    detail::require(type() == "F16", "state", "there are no numbers in a tensor of ", type());
    const auto halves = on_host<std::uint16_t>();
    return converted<T>(halves, [](std::uint16_t v) { return detail::float_from_half(v); });
  }

 private:
  void require_bools() const {
    for (const std::uint8_t v : on_host<std::uint8_t>())
      detail::require(v <= 1, "state", "a tensor of BOOL holds ", static_cast<int>(v), ", neither 0 nor 1");
  }

  template <class From>
  [[nodiscard]] std::vector<From> on_host() const {
    std::vector<From> values(static_cast<std::size_t>(shape_.size()));
    copy_to_host(values.data());
    return values;
  }

  template <class T, class From, class F>
  [[nodiscard]] Tensor<T> converted(const std::vector<From>& values, F f) const {
    auto out = Tensor<T>::uninitialized(shape_);
    T* const to = out.mutable_data();
    for (std::size_t i = 0; i < values.size(); ++i)
      to[i] = static_cast<T>(static_cast<detail::compute_t<T>>(f(values[i])));
    return out;
  }

  template <class T, class From>
  [[nodiscard]] bool cast_from(Tensor<T>& out) const {
    if (type_ != &detail::element_type<From>()) return false;
    if constexpr (std::is_same_v<From, bool>) {  // std::vector<bool> has no memory to copy to
      out = converted<T>(on_host<std::uint8_t>(), [](std::uint8_t v) { return v != 0; });
    } else {
      out = converted<T>(on_host<From>(), [](From v) { return static_cast<detail::compute_t<From>>(v); });
    }
    return true;
  }

  const ElementType* type_;
  Shape shape_;
  std::shared_ptr<const detail::Bytes> bytes_;
};

}  // namespace EBB_NAMESPACE
