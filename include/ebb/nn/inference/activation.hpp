#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/backend/cpu/gate.hpp"
#include "ebb/nn/activation.hpp"
#include "ebb/nn/inference/builder.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// A function of every number alone.
template <class T>
class ElementStep : public Step<T> {
 public:
  /// y may be x.
  virtual void apply(const T* x, T* y, Index n) const = 0;

  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    return in[0].rank() > 0 ? std::optional(in[0]) : std::nullopt;
  }
  void run(const std::vector<Rows<T>>& in, T* y) const override { apply(in[0].data, y, in[0].size()); }
  [[nodiscard]] bool in_place(Index) const override { return true; }
  [[nodiscard]] Index out_channels(const std::vector<Index>& in) const override { return in[0]; }
  [[nodiscard]] bool keeps_tail() const override { return true; }
};

template <class T, class F>
class MapStep final : public ElementStep<T> {
 public:
  explicit MapStep(F f) : f_(f) {}
  void apply(const T* x, T* y, Index n) const override { Cpu::map(f_, x, y, n); }

 private:
  F f_;
};

template <class T, class L, class F>
[[gnu::cold]] bool add_map(Builder<T>& b, const L& layer, F f) {
  b.add(std::make_unique<MapStep<T, F>>(f), b.inputs(), layer.describe());
  return true;
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const ReLU<T>& layer) {
  Part<T>* const before = b.template before<Part<T>>();
  if (!before || !before->take_relu()) return add_map(b, layer, ebb::detail::Relu{});
  b.fuse(0, layer.describe());
  return true;
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const LeakyReLU<T>& layer) {
  return add_map(b, layer, ebb::detail::LeakyRelu<T>{static_cast<T>(layer.slope)});
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const Sigmoid<T>& layer) {
  return add_map(b, layer, ebb::detail::Sigmoid{});
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const Tanh<T>& layer) {
  return add_map(b, layer, cpu::GateTanh{});
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const ELU<T>& layer) {
  return add_map(b, layer, ebb::detail::Elu<T>{static_cast<T>(layer.alpha)});
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const GELU<T>& layer) {
  return layer.approximation == GeluApproximation::tanh ? add_map(b, layer, ebb::detail::GeluTanh{})
                                                        : add_map(b, layer, ebb::detail::Gelu{});
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const SiLU<T>& layer) {
  return add_map(b, layer, ebb::detail::Silu{});
}

}  // namespace EBB_NAMESPACE::nn::detail
