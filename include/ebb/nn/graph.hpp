#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "ebb/core/error.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::nn {

template <class T, class D, class Signature>
class Module;

template <class T, class D>
class Graph;

/// How several values become one.
enum class Join { add, multiply, concat };

/// A result inside of a model, without numbers: what layers, `+`, `*`, `concat`, `relu` and the like take and
/// give while a model describes itself, in place of tensors. It belongs to its graph, and ends with it.
template <class T, class D = Cpu>
class Value {
 public:
  using value_type = T;
  using device_type = D;

  Value(Graph<T, D>& graph, Index node) : graph_(&graph), node_(node) {}

  [[nodiscard]] Graph<T, D>& graph() const { return *graph_; }
  [[nodiscard]] Index node() const { return node_; }

 private:
  Graph<T, D>* graph_;
  Index node_;
};

/// What a model of one input computes: its layers, and how their results are joined, in an order in which
/// they can be computed. It points to the model's layers.
template <class T, class D = Cpu>
class Graph {
 public:
  using Layer = Module<T, D, Tensor<T, D>(const Tensor<T, D>&)>;

  struct Node {
    const Layer* layer = nullptr;  ///< null: the input of the model, which is node 0, or a join
    Join join = Join::add;
    Index axis = 0;  ///< of a concatenation
    std::vector<Index> inputs;
  };

  /// What the model says about itself, see Module::trace.
  explicit Graph(const Layer& model) : nodes_(1), result_(model.trace({*this, 0}).node()) {}
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] Index result() const { return result_; }

  /// The layer as one node.
  Value<T, D> call(const Layer& layer, const Value<T, D>& x) {
    return add({.layer = &layer, .inputs = inputs({x})});
  }
  /// The same of a layer that is in no model.
  Value<T, D> call(std::unique_ptr<const Layer> layer, const Value<T, D>& x) {
    return call(*own_.emplace_back(std::move(layer)), x);
  }
  Value<T, D> join(Join how, const std::vector<Value<T, D>>& values, Index axis = 0) {
    return add({.join = how, .axis = axis, .inputs = inputs(values)});
  }

 private:
  Value<T, D> add(Node node) {
    nodes_.push_back(std::move(node));
    return {*this, static_cast<Index>(nodes_.size()) - 1};
  }

  std::vector<Index> inputs(const std::vector<Value<T, D>>& values) const {
    std::vector<Index> nodes;
    for (const Value<T, D>& value : values) {
      ebb::detail::require(&value.graph() == this, "trace", "a value of another model");
      nodes.push_back(value.node());
    }
    return nodes;
  }

  std::vector<Node> nodes_;
  std::vector<std::unique_ptr<const Layer>> own_;
  Index result_;
};

template <class T, class D>
[[nodiscard]] Value<T, D> operator+(const Value<T, D>& a, const Value<T, D>& b) {
  return a.graph().join(Join::add, {a, b});
}

template <class T, class D>
[[nodiscard]] Value<T, D> operator*(const Value<T, D>& a, const Value<T, D>& b) {
  return a.graph().join(Join::multiply, {a, b});
}

/// Error [concat] for no values.
template <class T, class D>
[[nodiscard]] Value<T, D> concat(const std::vector<Value<T, D>>& values, Index axis) {
  ebb::detail::require(!values.empty(), "concat", "there are no parts");
  return values[0].graph().join(Join::concat, values, axis);
}

namespace detail {

/// The result of a layer that is made for it, such as the ReLU of relu(x).
template <class L, class T, class D>
Value<T, D> call_own(L layer, const Value<T, D>& x) {
  return x.graph().call(std::make_unique<const L>(std::move(layer)), x);
}

}  // namespace detail
}  // namespace EBB_NAMESPACE::nn
