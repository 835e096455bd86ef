#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "ebb/core/error.hpp"
#include "ebb/core/storage.hpp"

namespace EBB_NAMESPACE::detail {

/// One step of a recorded computation: made by `differentiable` (an operation), by `requires_grad` (a leaf)
/// or by `map` and `zip` (a cut). It knows its inputs' nodes, never their element type or device.
class Node {
 public:
  /// A Tensor of the element type and device of this node's result.
  using Gradient = std::shared_ptr<void>;

  Node(std::string_view op, std::vector<std::shared_ptr<Node>> inputs)
      : op_(op), inputs_(std::move(inputs)), made_(next_tick()) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// From the gradient of the result, those of the inputs i with needs[i]; null for the others.
  virtual std::vector<Gradient> backward(const Gradient& dy, const std::vector<bool>& needs) = 0;

  /// a + b, for gradients of this node's result.
  [[nodiscard]] virtual Gradient add(const Gradient& a, const Gradient& b) const = 0;

  /// Adds to the gradient that the user reads. Leaves only.
  virtual void deposit(Gradient dy) = 0;

  [[nodiscard]] virtual bool is_leaf() const { return false; }
  [[nodiscard]] virtual bool is_cut() const { return false; }

  [[nodiscard]] const std::string& op() const { return op_; }

  /// The nodes of the inputs; null for an input that needs no gradient.
  [[nodiscard]] const std::vector<std::shared_ptr<Node>>& inputs() const { return inputs_; }

  /// When it was made: later than all of its inputs, so descending ticks are an order for backward.
  [[nodiscard]] std::uint64_t made() const { return made_; }

 private:
  std::string op_;
  std::vector<std::shared_ptr<Node>> inputs_;
  std::uint64_t made_;
};

/// Deletes nodes one after another: a node holds its inputs' nodes (directly, and through the tensors that
/// its gradient function captured), so plain destructors would recurse as deep as the graph is long.
inline void release_node(Node* node) {
  thread_local std::vector<Node*>* waiting = nullptr;
  if (waiting) {
    waiting->push_back(node);
    return;
  }
  std::vector<Node*> queue{node};
  waiting = &queue;
  while (!queue.empty()) {
    Node* next = queue.back();
    queue.pop_back();
    delete next;
  }
  waiting = nullptr;
}

/// Takes a node made with new. Of the type Node*, so that the count of references is compiled once.
inline std::shared_ptr<Node> own(Node* node) { return {node, release_node}; }

/// What `map` and `zip` leave on their result: there is no gradient beyond this point.
class CutNode final : public Node {
 public:
  explicit CutNode(std::string_view op) : Node(op, {}) {}
  std::vector<Gradient> backward(const Gradient&, const std::vector<bool>&) override { fail_cut(); }
  [[nodiscard]] Gradient add(const Gradient&, const Gradient&) const override { fail_cut(); }
  void deposit(Gradient) override { fail_cut(); }
  [[nodiscard]] bool is_cut() const override { return true; }

 private:
  [[noreturn]] void fail_cut() const {
    fail("backward", "the graph is cut here: ", op(),
         " has no gradient of its own; give it one with differentiable(), or say detach()");
  }
};

/// The node whose gradient function this thread is running, if any: reading a tensor that was overwritten
/// since that node was made is an error (Tensor::data).
inline thread_local const Node* running_node = nullptr;

}  // namespace EBB_NAMESPACE::detail
