#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ebb/core/any_tensor.hpp"
#include "ebb/core/error.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

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
  [[gnu::cold]] void add(std::string name, AnyTensor tensor) {
    const bool fresh = places_.emplace(name, tensors_.size()).second;
    detail::require(fresh, "state", "there are two tensors named \"", name, "\"");
    tensors_.push_back({std::move(name), std::move(tensor)});
  }

  [[nodiscard]] Index size() const { return static_cast<Index>(tensors_.size()); }
  [[nodiscard]] auto begin() const { return tensors_.begin(); }
  [[nodiscard]] auto end() const { return tensors_.end(); }

  /// Appends all tensors of another state under prefix + name.
  [[gnu::cold]] void add_all(const std::string& prefix, const State& part) {
    for (const auto& [name, tensor] : part) add(prefix + name, tensor);
  }

  /// The tensors whose names begin with the prefix, without it: what add_all put there.
  [[nodiscard, gnu::cold]] State part(std::string_view prefix) const {
    State part;
    for (const auto& [name, tensor] : tensors_)
      if (name.starts_with(prefix)) part.add(name.substr(prefix.size()), tensor);
    return part;
  }

  /// The tensor of that name, or null.
  [[nodiscard]] const AnyTensor* find(const std::string& name) const {
    const auto place = places_.find(name);
    return place == places_.end() ? nullptr : &tensors_[place->second].tensor;
  }

  /// The tensor of that name: state.get<float>("0.weight"). Error [state] where there is none, or one of
  /// another element type or device.
  template <detail::NamedElement T, class D = Cpu>
  [[nodiscard]] Tensor<T, D> get(const std::string& name) const {
    const AnyTensor* const found = find(name);
    detail::require(found != nullptr, "state", "there is no tensor \"", name, "\" among ", size());
    const Tensor<T, D> tensor = found->get<T, D>();
    detail::require(tensor.defined(), "state", "tensor \"", name, "\" holds ", found->type(),
                    " or is on another device, asked for ", detail::element_type<T>().name);
    return tensor;
  }

  /// The values of that tensor as numbers of type T on the CPU, a copy, whatever type a file gave them:
  /// state.cast<float>("0.weight") reads F16, too. Error [state] where there is no such tensor, or no
  /// numbers.
  template <class T>
  [[nodiscard, gnu::cold]] Tensor<T> cast(const std::string& name) const {
    const AnyTensor* const found = find(name);
    detail::require(found != nullptr, "state", "there is no tensor \"", name, "\" among ", size());
    return found->cast<T>();
  }

  /// The same names with copies of the elements.
  [[nodiscard, gnu::cold]] State clone() const {
    State copy;
    for (const auto& [name, tensor] : tensors_) copy.add(name, tensor.clone());
    return copy;
  }

 private:
  std::vector<NamedTensor> tensors_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace EBB_NAMESPACE
