#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/autograd/no_grad.hpp"
#include "ebb/backend/cpu.hpp"
#include "ebb/core/state.hpp"
#include "ebb/core/tensor.hpp"
#include "ebb/nn/detail/call_observer.hpp"
#include "ebb/nn/detail/module_error.hpp"
#include "ebb/nn/detail/type_name.hpp"
#include "ebb/nn/detail/unlisted.hpp"

namespace EBB_NAMESPACE::nn {

/// Something that a layer consists of, under its name: a tensor, a counter or another layer. A tensor that
/// requires a gradient is a parameter and is trained; any other belongs to the state only (running
/// statistics, frozen weights). An undefined tensor, such as the bias of a layer without one, does not count.
template <class T, class D = Cpu>
struct Member {
  Member(std::string n, Tensor<T, D>& t) : name(std::move(n)), tensor(&t) {}
  Member(std::string n, Tensor<std::int64_t>& c) : name(std::move(n)), counter(&c) {}
  Member(std::string n, AnyModule<T, D>& m) : name(std::move(n)), module(&m) {}

  std::string name;
  Tensor<T, D>* tensor = nullptr;
  Tensor<std::int64_t>* counter = nullptr;
  AnyModule<T, D>* module = nullptr;
};

template <class T, class D = Cpu>
using Members = std::vector<Member<T, D>>;

template <class T, class D = Cpu>
struct NamedParameter {
  std::string name;  ///< "0.weight"
  Tensor<T, D> tensor;
};

/// What modules of any signature have in common: all but the call (nn/module.hpp).
template <class T, class D = Cpu>
class AnyModule {
 public:
  using value_type = T;
  using device_type = D;

  // Cold: one function each for all layers, and not a part of every one's.
  AnyModule() = default;
  [[gnu::cold, gnu::noinline]] AnyModule(const AnyModule& other)
      : training_(other.training_), frozen_(other.frozen_), leaves_(other.leaves_) {}
  [[gnu::cold, gnu::noinline]] AnyModule& operator=(const AnyModule& other) {
    training_ = other.training_;
    frozen_ = other.frozen_;
    leaves_ = other.leaves_;
    return *this;
  }
  [[gnu::cold]] virtual ~AnyModule() = default;

  /// The tensors and layers it consists of.
  [[nodiscard]] virtual Members<T, D> members() { return {}; }

  /// One line for people: "Conv1D(1, 16, kernel 5, stride 2)". By default the name of the class.
  [[nodiscard]] virtual std::string describe() const { return detail::type_name(typeid(*this)); }

  /// Every tensor that requires a gradient, its own and those of the layers in it, each once.
  [[nodiscard, gnu::cold]] std::vector<Tensor<T, D>> parameters() const {
    std::vector<Tensor<T, D>> parameters;
    for_each_parameter([&](const Member<T, D>& member) { parameters.push_back(*member.tensor); });
    return parameters;
  }

  /// The same with their names, as they are in the state; of a tensor that is there twice, the first one.
  [[nodiscard, gnu::cold]] std::vector<NamedParameter<T, D>> named_parameters() const {
    std::vector<NamedParameter<T, D>> parameters;
    for_each_parameter([&](const Member<T, D>& member) {
      parameters.push_back({member.name, *member.tensor});
    });
    return parameters;
  }

  /// Every tensor under its name, "0.weight" for the weight of layer 0; PyTorch's names and order. Handles:
  /// what is written to them is written to the model.
  [[nodiscard, gnu::cold]] State state() const {
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
  /// What is frozen stays in evaluation mode.
  void train() { set_training(true); }
  /// Evaluation mode.
  void eval() { set_training(false); }
  [[nodiscard]] bool is_training() const { return training_; }

  /// Keeps it as it is, with all layers in it, whatever trains the rest: its tensors require no gradient and
  /// are parameters no more, and it stays in evaluation mode, so that running statistics stand still, too. An
  /// optimizer that was made before passes it over.
  ///
  ///     encoder.freeze();
  ///     optim::Adam<float> adam(model.parameters());  // those of the head
  [[gnu::cold]] void freeze() {
    eval();
    for_each_module([](AnyModule& module) { module.freeze_own(); });
  }

  /// Makes parameters of what freeze took, the same as before for an optimizer that knows them, in training
  /// mode.
  [[gnu::cold]] void unfreeze() {
    for_each_module([](AnyModule& module) { module.unfreeze_own(); });
    train();
  }

  [[nodiscard]] bool is_frozen() const { return frozen_; }

  /// Its members and theirs, a layer before what is in it, each with its full name.
  [[nodiscard, gnu::cold]] Members<T, D> all_members() const {
    Members<T, D> found;
    collect("", found);
    return found;
  }

 protected:
  /// What a call is, whatever the signature: it is observed, an error of a layer inside says where that is,
  /// and the first one that records a graph notices parameters that members() does not list. `compute` gives
  /// the result.
  template <class Compute, class... Inputs>
  [[nodiscard]] auto call(const Compute& compute, const Inputs&... inputs) const {
    detail::CallObserver<T, D>* const observer = detail::call_observer<T, D>;
    if (observer) [[unlikely]]
      observer->enter(*this);
    const bool check = !checked_.get() && is_grad_enabled();
    const std::uint64_t start = check ? ebb::detail::next_tick() : 0;
    auto result = [&] {
      try {
        auto computed = compute();
        if (check) [[unlikely]]
          require_listed(start, computed, inputs...);
        return computed;
      } catch (const Error& error) {
        rethrow(error);
      }
    }();
    if (observer) [[unlikely]] {
      std::vector<Shape> shapes;
      (void)detail::for_each_tensor(result, [&](const auto& tensor) { shapes.push_back(tensor.shape()); });
      observer->leave(shapes);
    }
    return result;
  }

 private:
  template <class M>
  friend M clone(const M& model);

  [[gnu::cold]] void collect(const std::string& prefix, Members<T, D>& found) const {
    for (Member<T, D>& member : own_members()) {
      member.name.insert(0, prefix);
      found.push_back(member);
      if (member.module) member.module->collect(member.name + ".", found);
    }
  }

  template <class F>
  void for_each_parameter(const F& f) const {
    detail::Nodes seen;
    for (const Member<T, D>& member : all_members()) {
      if (!member.tensor || !member.tensor->needs_grad()) continue;
      ebb::detail::Node* const node = member.tensor->node().get();
      if (std::find(seen.begin(), seen.end(), node) != seen.end()) continue;
      seen.push_back(node);
      f(member);
    }
  }

  // members() hands out references for clone and the like, and changes nothing itself.
  [[nodiscard]] Members<T, D> own_members() const { return const_cast<AnyModule*>(this)->members(); }

  template <class F>
  void for_each_module(const F& f) {
    f(*this);
    for (const Member<T, D>& member : all_members())
      if (member.module) f(*member.module);
  }

  [[gnu::cold]] void set_training(bool on) {
    for_each_module([on](AnyModule& module) { module.training_ = on && !module.frozen_; });
  }

  [[gnu::cold]] void freeze_own() {
    if (std::exchange(frozen_, true)) return;
    for (const Member<T, D>& member : members()) {
      if (!member.tensor) continue;
      leaves_.push_back(member.tensor->node());
      *member.tensor = member.tensor->detach();
    }
  }

  [[gnu::cold]] void unfreeze_own() {
    if (!std::exchange(frozen_, false)) return;
    auto leaf = leaves_.begin();
    for (const Member<T, D>& member : members())
      if (member.tensor) *member.tensor = member.tensor->with_node(*leaf++);
    leaves_.clear();
  }

  // Of a frozen module that has been cloned: leaves of its own, one for tensors that share elements. `copies`
  // are the pairs of a tensor and its copy.
  template <class Copies>
  void renew_leaves(Copies& copies) {
    auto leaf = leaves_.begin();
    if (!frozen_) return;
    for (const Member<T, D>& member : members()) {
      if (!member.tensor) continue;
      for (auto& [original, copy] : copies)
        if (*leaf && copy.data() == member.tensor->data()) {
          if (!copy.needs_grad()) copy.requires_grad();
          *leaf = copy.node();
          break;
        }
      ++leaf;
    }
  }

  [[noreturn, gnu::cold]] void rethrow(const Error& error) const {
    const auto* const inner = dynamic_cast<const detail::ModuleError*>(&error);
    if (!inner) throw detail::ModuleError(error, this, describe());
    for (const Member<T, D>& member : own_members())
      if (member.module == inner->at()) throw inner->inside(this, member.name);
    throw detail::ModuleError(error, this, describe());
  }

  template <class Result, class... Inputs>
  [[gnu::cold]] void require_listed(std::uint64_t start, const Result& result,
                                    const Inputs&... inputs) const {
    detail::Nodes of_results, of_inputs, listed;
    const auto into = [](detail::Nodes& nodes) {
      return [&nodes](const auto& tensor) {
        if (tensor.node()) nodes.push_back(tensor.node().get());
      };
    };
    bool all_seen = detail::for_each_tensor(result, into(of_results));
    ((all_seen = detail::for_each_tensor(inputs, into(of_inputs)) && all_seen), ...);
    if (!all_seen) return checked_.set();
    if (of_results.empty()) return;  // nothing to see in this call
    for (const Tensor<T, D>& parameter : parameters()) listed.push_back(parameter.node().get());
    ebb::detail::require(!detail::depends_on_unlisted(of_results, of_inputs, listed, start), "module",
                         describe(),
                         " uses a parameter that members() does not list: it would not be trained, saved or "
                         "copied");
    checked_.set();
  }

  bool training_ = true, frozen_ = false;
  std::vector<std::shared_ptr<ebb::detail::Node>> leaves_;  // of a frozen module: those of its tensors
  detail::Done checked_;
};

}  // namespace EBB_NAMESPACE::nn
