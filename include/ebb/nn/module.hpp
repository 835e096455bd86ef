#pragma once

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/backend/cpu.hpp"
#include "ebb/core/state.hpp"
#include "ebb/core/tensor.hpp"
#include "ebb/nn/detail/call_observer.hpp"
#include "ebb/nn/detail/type_name.hpp"
#include "ebb/nn/graph.hpp"
#include "ebb/ops/clone.hpp"
#include "ebb/ops/relu.hpp"

namespace EBB_NAMESPACE::nn {

template <class T, class D>
class Module;

/// Something that a layer consists of, under its name: a tensor, a counter or another layer. A tensor that
/// requires a gradient is a parameter and is trained; any other belongs to the state only (running
/// statistics, frozen weights). An undefined tensor, such as the bias of a layer without one, does not count.
template <class T, class D = Cpu>
struct Member {
  Member(std::string n, Tensor<T, D>& t) : name(std::move(n)), tensor(&t) {}
  Member(std::string n, Tensor<std::int64_t>& c) : name(std::move(n)), counter(&c) {}
  Member(std::string n, Module<T, D>& m) : name(std::move(n)), module(&m) {}

  std::string name;
  Tensor<T, D>* tensor = nullptr;
  Tensor<std::int64_t>* counter = nullptr;
  Module<T, D>* module = nullptr;
};

template <class T, class D = Cpu>
using Members = std::vector<Member<T, D>>;

/// What all layers, and models made of them, have in common. A layer is a small class: its tensors, one line
/// that lists them, and `forward`. From that line come parameters, state, clone, printing and summary.
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
/// Copies of a layer share its tensors, as copies of a tensor share their elements; `clone(layer)` has its
/// own. Calling a const model that is in evaluation mode is thread-safe.
template <class T, class D = Cpu>
class Module {
 public:
  using value_type = T;
  using device_type = D;

  virtual ~Module() = default;

  /// What the layer computes; called through operator().
  [[nodiscard]] virtual Tensor<T, D> forward(const Tensor<T, D>& x) const = 0;

  /// relu(forward(x)), for layers that can do both in one pass; what Sequential calls for a layer with a ReLU
  /// behind it.
  [[nodiscard]] virtual Tensor<T, D> forward_relu(const Tensor<T, D>& x) const { return relu(forward(x)); }

  /// The same as a graph of layers, for optimize_for_inference. By default the layer is one node of it, which
  /// runs as it is if nothing better is known; a layer made of layers lets it see them (nn/composite.hpp).
  [[nodiscard]] virtual Value<T, D> trace(const Value<T, D>& x) const { return x.graph().call(*this, x); }

  /// The tensors and layers it consists of.
  [[nodiscard]] virtual Members<T, D> members() { return {}; }

  /// One line for people: "Conv1D(1, 16, kernel 5, stride 2)". By default the name of the class.
  [[nodiscard]] virtual std::string describe() const { return detail::type_name(typeid(*this)); }

  [[nodiscard]] Tensor<T, D> operator()(const Tensor<T, D>& x) const {
    detail::CallObserver<T, D>* const observer = detail::call_observer<T, D>;
    if (!observer) [[likely]]
      return forward(x);
    observer->enter(*this);
    Tensor<T, D> y = forward(x);
    observer->leave(y.shape());
    return y;
  }

  [[nodiscard]] Value<T, D> operator()(const Value<T, D>& x) const { return trace(x); }

  /// Every tensor that requires a gradient, its own and those of the layers in it, each once.
  [[nodiscard]] std::vector<Tensor<T, D>> parameters() const {
    std::vector<Tensor<T, D>> parameters;
    for (const Member<T, D>& member : all_members()) {
      if (!member.tensor || !member.tensor->needs_grad()) continue;
      const bool seen = std::any_of(parameters.begin(), parameters.end(), [&](const Tensor<T, D>& other) {
        return other.node() == member.tensor->node();
      });
      if (!seen) parameters.push_back(*member.tensor);
    }
    return parameters;
  }

  /// Every tensor under its name, "0.weight" for the weight of layer 0; PyTorch's names and order. Handles:
  /// what is written to them is written to the model.
  [[nodiscard]] State state() const {
    State state;
    for (const Member<T, D>& member : all_members()) {
      if (member.tensor && member.tensor->defined()) state.add(member.name, *member.tensor);
      if (member.counter && member.counter->defined()) state.add(member.name, *member.counter);
    }
    return state;
  }

  /// Forgets the gradients of all parameters.
  void zero_grad() const {
    for (const Tensor<T, D>& parameter : parameters()) parameter.zero_grad();
  }

  /// Training mode, in which a layer starts: dropout drops, batch normalization uses the batch's statistics.
  void train() { set_training(true); }
  /// Evaluation mode.
  void eval() { set_training(false); }
  [[nodiscard]] bool is_training() const { return training_; }

  /// Its members and theirs, a layer before what is in it, each with its full name.
  [[nodiscard]] Members<T, D> all_members() const {
    Members<T, D> found;
    collect("", found);
    return found;
  }

 private:
  void collect(const std::string& prefix, Members<T, D>& found) const {
    // members() hands out references for clone and the like, and changes nothing itself.
    for (Member<T, D>& member : const_cast<Module*>(this)->members()) {
      member.name.insert(0, prefix);
      found.push_back(member);
      if (member.module) member.module->collect(member.name + ".", found);
    }
  }

  void set_training(bool on) {
    training_ = on;
    for (const Member<T, D>& member : all_members())
      if (member.module) member.module->training_ = on;
  }

  bool training_ = true;
};

/// A copy of a layer or model of any class, with tensors of its own. Tensors that it shared with itself (tied
/// weights) are shared again.
template <class M>
[[nodiscard]] M clone(const M& model) {
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
  return copy;
}

/// Copies the tensors of one model into another of the same layout, which may be on another device.
/// Error [copy_state] names the first that does not fit, and nothing is copied.
template <class T, class D, class E>
void copy_state(const Module<T, D>& from, const Module<T, E>& to) {
  copy_state(from.state(), to.state());
}

namespace detail {

/// A layer as an L where that is its very class; a class derived from L may compute something else.
template <class L, class M>
[[nodiscard]] L* exactly(M& layer) {
  return typeid(layer) == typeid(L) ? &static_cast<L&>(layer) : nullptr;
}

template <class T, class D>
void print(std::ostream& out, Module<T, D>& module, const std::string& indent) {
  out << module.describe();
  bool open = false;
  for (const Member<T, D>& member : module.members()) {
    if (!member.module) continue;
    out << (open ? "" : "(") << '\n' << indent << "  (" << member.name << "): ";
    print(out, *member.module, indent + "  ");
    open = true;
  }
  if (open) out << '\n' << indent << ')';
}

}  // namespace detail

/// Prints the layers as a tree, in the manner of PyTorch.
template <class T, class D>
std::ostream& operator<<(std::ostream& out, const Module<T, D>& module) {
  detail::print(out, const_cast<Module<T, D>&>(module), "");
  return out;
}

}  // namespace EBB_NAMESPACE::nn
