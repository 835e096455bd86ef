#pragma once

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "ebb/core/copy_state.hpp"
#include "ebb/nn/any_module.hpp"
#include "ebb/nn/graph.hpp"
#include "ebb/ops/clone.hpp"
#include "ebb/ops/relu.hpp"

namespace EBB_NAMESPACE::nn {

/// Layers, and models made of them. A layer is a small class: its tensors, one line that lists them, and
/// `forward`. From that line come parameters, state, clone, printing and summary.
///
///     template <class T, class D = Cpu>
///     struct Scale : nn::Module<T, D> {
///       explicit Scale(Index channels) : weight(ones<T, D>({channels, 1}).requires_grad()) {}
///       Tensor<T, D> forward(const Tensor<T, D>& x) const override { return x * weight; }
///       nn::Members<T, D> members() override { return {{"weight", weight}}; }
///       Tensor<T, D> weight;
///     };
///
/// A composite lists its layers in the same way, and names in its state get their names in front:
///
///     template <class T, class D = Cpu>
///     struct Residual : nn::Module<T, D> {
///       explicit Residual(Index width) : first(width, width), second(width, width) {}
///       Tensor<T, D> forward(const Tensor<T, D>& x) const override { return x + second(relu(first(x))); }
///       nn::Members<T, D> members() override { return {{"first", first}, {"second", second}}; }
///       nn::Dense<T, D> first, second;
///     };
///
/// A layer with several inputs or results says so by a signature, its third argument:
///
///     template <class T, class D = Cpu>
///     struct TwoHeads : nn::Module<T, D, std::pair<Tensor<T, D>, Tensor<T, D>>(const Tensor<T, D>&)> {
///       std::pair<Tensor<T, D>, Tensor<T, D>> forward(const Tensor<T, D>& x) const override {
///         return {classes(x), position(x)};
///       }
///       ...
///
/// Copies of a layer share its tensors, as copies of a tensor share their elements; `clone(layer)` has its
/// own. Calling a const model that is in evaluation mode is thread-safe. Error [module] where `forward` uses
/// a parameter that `members` does not list; an error inside says in which layer, by its whole path.
template <class T, class D = Cpu, class Signature = Tensor<T, D>(const Tensor<T, D>&)>
class Module;

template <class T, class D, class Result, class... Inputs>
class Module<T, D, Result(Inputs...)> : public AnyModule<T, D> {
 public:
  /// What the layer computes; called through operator().
  [[nodiscard]] virtual Result forward(Inputs... inputs) const = 0;

  [[nodiscard]] Result operator()(Inputs... inputs) const {
    return this->call([&]() -> Result { return forward(inputs...); }, inputs...);
  }
};

template <class T, class D>
class Module<T, D, Tensor<T, D>(const Tensor<T, D>&)> : public AnyModule<T, D> {
 public:
  /// What the layer computes; called through operator().
  [[nodiscard]] virtual Tensor<T, D> forward(const Tensor<T, D>& x) const = 0;

  /// relu(forward(x)), for layers that can do both in one pass.
  [[nodiscard]] virtual Tensor<T, D> forward_relu(const Tensor<T, D>& x) const { return relu(forward(x)); }

  [[nodiscard]] Tensor<T, D> operator()(const Tensor<T, D>& x) const {
    return this->call([&] { return forward(x); }, x);
  }

  /// The same as a graph of layers, for optimize_for_inference. By default the layer is one node of it, which
  /// runs as it is if nothing better is known; a layer made of layers lets it see them (nn/composite.hpp).
  [[nodiscard]] virtual Value<T, D> trace(const Value<T, D>& x) const { return x.graph().call(*this, x); }

  [[nodiscard]] Value<T, D> operator()(const Value<T, D>& x) const { return trace(x); }

  /// relu of a call; what Sequential calls for a layer with a ReLU behind it.
  [[nodiscard]] Tensor<T, D> call_relu(const Tensor<T, D>& x) const {
    return this->call([&] { return forward_relu(x); }, x);
  }
};

/// A copy of a layer or model of any class, with tensors of its own. Tensors that it shared with itself (tied
/// weights) are shared again.
template <class M>
[[nodiscard, gnu::cold]] M clone(const M& model) {
  using T = typename M::value_type;
  using D = typename M::device_type;
  M copy = model;
  std::vector<std::pair<Tensor<T, D>, Tensor<T, D>>> done;
  for (const Member<T, D>& member : copy.all_members()) {
    if (member.counter && member.counter->defined()) {
      Tensor<std::int64_t> fresh(member.counter->shape());
      *member.counter = fresh.assign(*member.counter);
    }
    if (!member.tensor || !member.tensor->defined()) continue;
    Tensor<T, D>& tensor = *member.tensor;
    const auto same = std::find_if(done.begin(), done.end(), [&](const auto& pair) {
      return pair.first.data() == tensor.data() && pair.first.shape() == tensor.shape();
    });
    Tensor<T, D> fresh = same != done.end() ? same->second : tensor.detach().clone();
    if (tensor.needs_grad()) fresh.requires_grad();
    done.emplace_back(tensor, fresh);
    tensor = fresh;
  }
  copy.AnyModule<T, D>::for_each_module([&](AnyModule<T, D>& module) { module.renew_leaves(done); });
  return copy;
}

/// Copies the tensors of one model into another, which may be on another device, or of another element type
/// where the options say that numbers are converted. Error [copy_state] names the first that does not fit,
/// and nothing is copied.
///
///     copy_state(model_of_floats, model_of_doubles, {.convert = true});
template <class T, class D, class U, class E>
CopyStateReport copy_state(const AnyModule<T, D>& from, const AnyModule<U, E>& to,
                           const CopyStateOptions& options = {}) {
  return copy_state(from.state(), to.state(), options);
}

namespace detail {

/// A layer as an L where that is its very class; a class derived from L may compute something else.
template <class L, class M>
[[nodiscard]] L* exactly(M& layer) {
  return typeid(layer) == typeid(L) ? &static_cast<L&>(layer) : nullptr;
}

template <class T, class D>
void print(std::ostream& out, const AnyModule<T, D>& module, const std::string& indent) {
  out << module.describe();
  bool open = false;
  for (const Member<T, D>& member : module.all_members()) {
    if (!member.module || member.name.find('.') != std::string::npos) continue;
    out << (open ? "" : "(") << '\n' << indent << "  (" << member.name << "): ";
    print(out, *member.module, indent + "  ");
    open = true;
  }
  if (open) out << '\n' << indent << ')';
}

}  // namespace detail

/// Prints the layers as a tree, in the manner of PyTorch.
template <class T, class D>
std::ostream& operator<<(std::ostream& out, const AnyModule<T, D>& module) {
  detail::print(out, module, "");
  return out;
}

}  // namespace EBB_NAMESPACE::nn
