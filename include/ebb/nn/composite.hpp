#pragma once

#include "ebb/nn/module.hpp"

namespace EBB_NAMESPACE::nn {

/// A layer made of layers, written once for tensors and for the graph that optimize_for_inference works on:
/// `run` takes either and uses layers, +, *, concat, and functions such as relu and tanh that have a layer.
///
///     template <class T, class D = Cpu>
///     struct Residual : nn::Composite<Residual<T, D>, T, D> {
///       explicit Residual(Index width) : first(width, width), second(width, width) {}
///       template <class X>
///       X run(const X& x) const { return relu(x + second(relu(first(x)))); }
///       nn::Members<T, D> members() override { return {{"first", first}, {"second", second}}; }
///       nn::Dense<T, D> first, second;
///     };
///
/// What cannot be written so is a Module with `forward`: it runs as it is.
template <class Self, class T, class D = Cpu>
class Composite : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const final {
    return static_cast<const Self&>(*this).run(x);
  }
  [[nodiscard]] Value<T, D> trace(const Value<T, D>& x) const final {
    return static_cast<const Self&>(*this).run(x);
  }
};

}  // namespace EBB_NAMESPACE::nn
