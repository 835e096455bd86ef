#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ebb/nn/activation.hpp"
#include "ebb/nn/module.hpp"

namespace EBB_NAMESPACE::nn {

/// Layers one after another, each fed with the result of the one before. A list made at run time: the type of
/// a model does not depend on its layers. They are named "0", "1", ... in the state.
///
///     nn::Sequential<float> model(nn::Dense<float>(784, 100), nn::ReLU<float>(), nn::Dense<float>(100, 10));
///     model.add(nn::Softmax<float>());
///     const auto& first = dynamic_cast<const nn::Dense<float>&>(model[0]);
///
/// Error [sequential] for a layer that does not exist.
template <class T, class D = Cpu>
class Sequential : public Module<T, D> {
 public:
  Sequential() = default;

  template <class First, class... Layers>
  requires std::derived_from<First, Module<T, D>> &&
      (...&& std::derived_from<Layers, Module<T, D>>)explicit Sequential(First first, Layers... layers) {
    add(std::move(first));
    (add(std::move(layers)), ...);
  }

  /// Appends a layer of any class.
  template <std::derived_from<Module<T, D>> L>
  Sequential& add(L layer) {
    append(Slot(std::move(layer)));
    return *this;
  }

  [[nodiscard]] Index size() const { return static_cast<Index>(layers_.size()); }

  [[nodiscard]] Module<T, D>& operator[](Index i) { return *layers_[checked(i)].module; }
  [[nodiscard]] const Module<T, D>& operator[](Index i) const { return *layers_[checked(i)].module; }

  [[nodiscard]] Sequential clone() const { return nn::clone(*this); }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    Tensor<T, D> y = x;
    for (Index i = 0; i < size(); ++i) {
      const Module<T, D>& layer = (*this)[i];
      // Someone who watches the layers sees each of them run.
      const bool fused =
          !detail::call_observer<T, D> && i + 1 < size() && detail::exactly<const ReLU<T, D>>((*this)[i + 1]);
      y = fused ? layer.call_relu(y) : layer(y);
      i += fused;
    }
    return y;
  }

  [[nodiscard]] Value<T, D> trace(const Value<T, D>& x) const override {
    // A class derived from this one may compute something else.
    if (!detail::exactly<const Sequential>(*this)) return Module<T, D>::trace(x);
    Value<T, D> y = x;
    for (Index i = 0; i < size(); ++i) y = (*this)[i](y);
    return y;
  }

  [[nodiscard]] Members<T, D> members() override {
    Members<T, D> members;
    for (Index i = 0; i < size(); ++i) members.emplace_back(std::to_string(i), (*this)[i]);
    return members;
  }

 private:
  // Owns a layer of a class that only its constructor knows, and copies it as that class does.
  struct Slot {
    template <class L>
    explicit Slot(L layer)
        : module(new L(std::move(layer))),
          copy([](const Module<T, D>& m) -> Module<T, D>* { return new L(static_cast<const L&>(m)); }) {}
    Slot(const Slot& other) : module(other.copy(*other.module)), copy(other.copy) {}
    Slot(Slot&&) noexcept = default;
    Slot& operator=(Slot other) noexcept {
      module = std::move(other.module);
      copy = other.copy;
      return *this;
    }

    std::unique_ptr<Module<T, D>> module;
    Module<T, D>* (*copy)(const Module<T, D>&);
  };

  void append(Slot slot) { layers_.push_back(std::move(slot)); }

  [[nodiscard]] std::size_t checked(Index i) const {
    ebb::detail::require(i >= 0 && i < size(), "sequential", "there is no layer ", i, " among ", size());
    return static_cast<std::size_t>(i);
  }

  std::vector<Slot> layers_;
};

}  // namespace EBB_NAMESPACE::nn
