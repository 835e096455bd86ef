#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/autograd/no_grad.hpp"
#include "ebb/core/factory.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Visit {
  Node* node;
  bool useful = false;  ///< its gradient is asked for, or leads to one that is
  Node::Gradient gradient{};
};

/// Nodes by the time they were made, the latest first: an order for backward.
using Graph = std::map<std::uint64_t, Visit, std::greater<>>;

/// All that `root` depends on, itself included.
inline Graph graph_below(Node* root) {
  Graph graph;
  std::vector<Node*> open{root};
  while (!open.empty()) {
    Node* const node = open.back();
    open.pop_back();
    if (!graph.try_emplace(node->made(), Visit{node}).second) continue;
    for (const auto& input : node->inputs())
      if (input) open.push_back(input.get());
  }
  return graph;
}

class RunningNode {
 public:
  explicit RunningNode(const Node* node) : before_(running_node) { running_node = node; }
  ~RunningNode() { running_node = before_; }
  RunningNode(const RunningNode&) = delete;
  RunningNode& operator=(const RunningNode&) = delete;

 private:
  const Node* before_;
};

/// Sends `seed`, the gradient of `root`, down the graph. With `wanted` empty it goes to all leaves, which
/// keep it; otherwise only along paths to a wanted node, whose gradients are returned in their order (null
/// for a node that `root` does not depend on).
inline std::vector<Node::Gradient> propagate(Node* root, Node::Gradient seed,
                                             const std::vector<Node*>& wanted) {
  const NoGrad guard;
  Graph graph = graph_below(root);
  for (auto at = graph.rbegin(); at != graph.rend(); ++at) {
    Node* const node = at->second.node;
    // A cut does not know what lies below it; something wanted may.
    bool useful =
        wanted.empty() || node->is_cut() || std::find(wanted.begin(), wanted.end(), node) != wanted.end();
    for (const auto& input : node->inputs()) useful = useful || (input && graph.at(input->made()).useful);
    at->second.useful = useful;
  }

  std::vector<Node::Gradient> results(wanted.size());
  graph.at(root->made()).gradient = std::move(seed);
  for (auto& [made, visit] : graph) {
    Node* const node = visit.node;
    if (!visit.useful || !visit.gradient) continue;
    Node::Gradient dy = std::move(visit.gradient);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (wanted[i] == node) results[i] = dy;
    if (node->is_leaf()) {
      if (wanted.empty()) node->deposit(std::move(dy));
      continue;
    }
    const auto& inputs = node->inputs();
    std::vector<bool> needs(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i)
      needs[i] = inputs[i] && graph.at(inputs[i]->made()).useful;
    if (std::find(needs.begin(), needs.end(), true) == needs.end() && !node->is_cut()) continue;
    std::vector<Node::Gradient> gradients;
    {
      const RunningNode running(node);
      gradients = node->backward(dy, needs);
    }
    dy.reset();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!needs[i]) continue;
      Node::Gradient& sum = graph.at(inputs[i]->made()).gradient;
      sum = sum ? inputs[i]->add(sum, gradients[i]) : std::move(gradients[i]);
    }
  }
  return results;
}

template <class T, class D>
LeafNode<T, D>* leaf_of(const Tensor<T, D>& x, std::string_view op) {
  auto* leaf = dynamic_cast<LeafNode<T, D>*>(x.node().get());
  require(leaf != nullptr, op, "a tensor of shape ", x.shape(),
          " keeps no gradient: only one on which requires_grad() was called does");
  return leaf;
}

template <class T, class D>
void require_scalar(std::string_view op, const Tensor<T, D>& loss) {
  require(loss.defined() && loss.size() == 1, op, "a loss is one number, this tensor has shape ",
          loss.shape());
}

}  // namespace detail

template <class T, class D>
Tensor<T, D>& Tensor<T, D>::requires_grad() & {
  static_assert(!std::is_integral_v<T>, "a tensor of integers has no gradient");
  detail::require(defined(), "requires_grad", "the tensor is undefined");
  detail::require(!node_ || node_->is_leaf(), "requires_grad",
                  "the result of an operation has a gradient already; detach() it to make it a leaf");
  if (!node_) node_ = detail::own(new detail::LeafNode<T, D>);
  return *this;
}

template <class T, class D>
Tensor<T, D> Tensor<T, D>::requires_grad() && {
  requires_grad();
  return std::move(*this);
}

template <class T, class D>
void Tensor<T, D>::backward() const {
  detail::require_scalar("backward", *this);
  backward(full<T, D>(shape_, T(1)));
}

template <class T, class D>
void Tensor<T, D>::backward(const Tensor& dy) const {
  detail::require(needs_grad(), "backward", "the tensor depends on nothing that requires a gradient");
  detail::require(dy.defined() && dy.shape() == shape_, "backward", "the gradient has shape ", dy.shape(),
                  ", the tensor ", shape_);
  detail::propagate(node_.get(), std::make_shared<Tensor>(dy.detach()), {});
}

template <class T, class D>
Tensor<T, D> Tensor<T, D>::grad() const {
  const auto* leaf = detail::leaf_of(*this, "grad");
  detail::require(leaf->grad.defined(), "grad", "there is no gradient yet: backward() comes first");
  return leaf->grad;
}

template <class T, class D>
bool Tensor<T, D>::has_grad() const {
  return detail::leaf_of(*this, "has_grad")->grad.defined();
}

template <class T, class D>
void Tensor<T, D>::zero_grad() const {
  detail::leaf_of(*this, "zero_grad")->grad = {};
}

/// The gradients of a scalar with respect to the given tensors, leaves or results on the way, in their
/// order. Nothing else is computed and no leaf keeps anything.
///
///     const Tensor<float> uphill = grad(loss, {x})[0];
template <class T, class D, class U, class E>
[[nodiscard]] std::vector<Tensor<U, E>> grad(const Tensor<T, D>& loss,
                                             const std::vector<Tensor<U, E>>& inputs) {
  detail::require_scalar("grad", loss);
  detail::require(!inputs.empty(), "grad", "no tensor is named");
  std::vector<detail::Node*> wanted;
  for (const Tensor<U, E>& input : inputs) {
    detail::require(input.needs_grad(), "grad", "input ", wanted.size(), " of shape ", input.shape(),
                    " does not require a gradient");
    wanted.push_back(input.node().get());
  }
  detail::require(loss.needs_grad(), "grad", "the loss depends on nothing that requires a gradient");
  auto found = detail::propagate(loss.node().get(),
                                 std::make_shared<Tensor<T, D>>(full<T, D>(loss.shape(), T(1))), wanted);
  std::vector<Tensor<U, E>> gradients;
  for (std::size_t i = 0; i < found.size(); ++i) {
    detail::require(found[i] != nullptr, "grad", "the loss does not depend on input ", i, " of shape ",
                    inputs[i].shape());
    gradients.push_back(*static_cast<const Tensor<U, E>*>(found[i].get()));
    found[i].reset();
    // Inputs of a sum are given one tensor as their gradient; the caller may change each in place.
    if (!gradients.back().is_unique()) gradients.back() = detail::copy_of(gradients.back());
  }
  return gradients;
}

template <class T, class D, class U, class E>
[[nodiscard]] std::vector<Tensor<U, E>> grad(const Tensor<T, D>& loss,
                                             std::initializer_list<Tensor<U, E>> inputs) {
  return grad(loss, std::vector<Tensor<U, E>>(inputs));
}

}  // namespace EBB_NAMESPACE
