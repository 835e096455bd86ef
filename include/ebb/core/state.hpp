#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ebb/core/bfloat16.hpp"
#include "ebb/core/error.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// The name of an element type in messages and files, as safetensors spells it.
template <class T>
inline constexpr std::string_view element_name = "unknown";
template <>
inline constexpr std::string_view element_name<float> = "F32";
template <>
inline constexpr std::string_view element_name<double> = "F64";
template <>
inline constexpr std::string_view element_name<bfloat16> = "BF16";
template <>
inline constexpr std::string_view element_name<std::int32_t> = "I32";
template <>
inline constexpr std::string_view element_name<std::int64_t> = "I64";
template <>
inline constexpr std::string_view element_name<std::uint8_t> = "U8";

}  // namespace detail

/// A handle on a tensor of any element type on any device; copies share the elements. What does not care for
/// the type (files, copies between models) works on this.
class AnyTensor {
 public:
  template <class T, class D>
  AnyTensor(const Tensor<T, D>& tensor) : held_(std::make_shared<Holder<T, D>>(tensor.detach())) {}

  [[nodiscard]] const Shape& shape() const { return held_->shape(); }
  [[nodiscard]] std::string_view type() const { return held_->type(); }  ///< F32, F64, BF16, I32, I64 or U8
  [[nodiscard]] std::size_t element_bytes() const { return held_->element_bytes(); }
  [[nodiscard]] std::size_t bytes() const {
    return element_bytes() * static_cast<std::size_t>(shape().size());
  }

  /// Copies all elements to or from memory of the host.
  void copy_to_host(void* to) const { held_->copy_to_host(to); }
  void copy_from_host(const void* from) const { held_->copy_from_host(from); }

  /// A copy with elements of its own.
  [[nodiscard]] AnyTensor clone() const { return AnyTensor(held_->clone()); }

  /// The tensor itself, or null where it has another element type or device.
  template <class T, class D>
  [[nodiscard]] const Tensor<T, D>* get_if() const {
    const auto* holder = dynamic_cast<const Holder<T, D>*>(held_.get());
    return holder ? &holder->tensor : nullptr;
  }

 private:
  struct Base {
    virtual ~Base() = default;
    [[nodiscard]] virtual const Shape& shape() const = 0;
    [[nodiscard]] virtual std::string_view type() const = 0;
    [[nodiscard]] virtual std::size_t element_bytes() const = 0;
    virtual void copy_to_host(void* to) const = 0;
    virtual void copy_from_host(const void* from) const = 0;
    [[nodiscard]] virtual std::shared_ptr<const Base> clone() const = 0;
  };

  template <class T, class D>
  struct Holder final : Base {
    explicit Holder(Tensor<T, D> t) : tensor(std::move(t)) {
      detail::require(tensor.defined(), "state", "a tensor is undefined");
    }
    [[nodiscard]] const Shape& shape() const override { return tensor.shape(); }
    [[nodiscard]] std::string_view type() const override { return detail::element_name<T>; }
    [[nodiscard]] std::size_t element_bytes() const override { return sizeof(T); }
    void copy_to_host(void* to) const override { D::copy_to_host(tensor.data(), to, count_bytes()); }
    void copy_from_host(const void* from) const override {
      Tensor<T, D> target = tensor;
      D::copy_from_host(from, target.mutable_data(), count_bytes());
    }
    [[nodiscard]] std::shared_ptr<const Base> clone() const override {
      auto copy = Tensor<T, D>::uninitialized(tensor.shape());
      D::copy(tensor.data(), copy.mutable_data(), count_bytes());
      return std::make_shared<Holder>(copy);
    }
    [[nodiscard]] std::size_t count_bytes() const {
      return static_cast<std::size_t>(tensor.size()) * sizeof(T);
    }
    Tensor<T, D> tensor;
  };

  explicit AnyTensor(std::shared_ptr<const Base> held) : held_(std::move(held)) {}

  std::shared_ptr<const Base> held_;
};

struct NamedTensor {
  std::string name;
  AnyTensor tensor;
};

/// Named tensors in their order: what a model or an optimizer consists of, and what a file holds. The tensors
/// are handles, so writing through a state writes into the model it came from.
///
///     const State best = model.state().clone();
///     ...
///     copy_state(best, model.state());
class State {
 public:
  /// Appends a tensor. Error [state] where the name is taken.
  void add(std::string name, AnyTensor tensor) {
    const bool fresh = places_.emplace(name, tensors_.size()).second;
    detail::require(fresh, "state", "there are two tensors named \"", name, "\"");
    tensors_.push_back({std::move(name), std::move(tensor)});
  }

  [[nodiscard]] Index size() const { return static_cast<Index>(tensors_.size()); }
  [[nodiscard]] auto begin() const { return tensors_.begin(); }
  [[nodiscard]] auto end() const { return tensors_.end(); }

  /// The tensor of that name, or null.
  [[nodiscard]] const AnyTensor* find(const std::string& name) const {
    const auto place = places_.find(name);
    return place == places_.end() ? nullptr : &tensors_[place->second].tensor;
  }

  /// The tensor of that name: state.get<float>("0.weight"). Error [state] where there is none, or one of
  /// another element type or device.
  template <class T, class D = Cpu>
  [[nodiscard]] Tensor<T, D> get(const std::string& name) const {
    const AnyTensor* const found = find(name);
    detail::require(found != nullptr, "state", "there is no tensor \"", name, "\" among ", size());
    const Tensor<T, D>* const tensor = found->get_if<T, D>();
    detail::require(tensor != nullptr, "state", "tensor \"", name, "\" holds ", found->type(),
                    " or is on another device, asked for ", detail::element_name<T>);
    return *tensor;
  }

  /// The same names with copies of the elements.
  [[nodiscard]] State clone() const {
    State copy;
    for (const auto& [name, tensor] : tensors_) copy.add(name, tensor.clone());
    return copy;
  }

 private:
  std::vector<NamedTensor> tensors_;
  std::unordered_map<std::string, std::size_t> places_;
};

namespace detail {

/// Throws unless both states have the same names, shapes and element types; `source` says what `from` is.
inline void require_same_layout(std::string_view op, std::string_view source, const State& from,
                                const State& to) {
  for (const auto& [name, target] : to) {
    const AnyTensor* const found = from.find(name);
    require(found != nullptr, op, source, "tensor \"", name, "\" is missing: expected ", target.type(), " ",
            target.shape());
    require(found->shape() == target.shape() && found->type() == target.type(), op, source, "tensor \"", name,
            "\": expected ", target.type(), " ", target.shape(), ", found ", found->type(), " ",
            found->shape());
  }
  for (const auto& [name, tensor] : from)
    require(to.find(name) != nullptr, op, source, "tensor \"", name, "\" is not expected: found ",
            tensor.type(), " ", tensor.shape());
}

}  // namespace detail

/// Copies every tensor into the one of the same name, across devices where they differ. Names, shapes and
/// element types must be the same on both sides, else error [copy_state] and nothing is copied.
inline void copy_state(const State& from, const State& to) {
  detail::require_same_layout("copy_state", "", from, to);
  std::vector<std::byte> host;
  for (const auto& [name, target] : to) {
    const AnyTensor& source = *from.find(name);
    host.resize(source.bytes());
    source.copy_to_host(host.data());
    target.copy_from_host(host.data());
  }
}

}  // namespace EBB_NAMESPACE
