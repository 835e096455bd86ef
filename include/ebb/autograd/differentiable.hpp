#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/core/tensor.hpp"
#include "ebb/ops/map.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// The same values in elements of their own, outside of the graph.
template <class T, class D>
Tensor<T, D> copy_of(const Tensor<T, D>& x) {
  auto y = Tensor<T, D>::uninitialized(x.shape());
  y.assign(x.detach());
  return y;
}

/// The nodes of tensors, null for those that need no gradient.
template <class T, class D>
std::vector<std::shared_ptr<Node>> nodes_of(const std::vector<Tensor<T, D>>& tensors) {
  std::vector<std::shared_ptr<Node>> nodes;
  nodes.reserve(tensors.size());
  for (const Tensor<T, D>& tensor : tensors) nodes.push_back(tensor.node());
  return nodes;
}

/// Whether backward has to know of an operation on these inputs.
template <class T, class D>
bool is_recorded(const std::vector<Tensor<T, D>>& inputs) {
  return is_grad_enabled() && std::any_of(inputs.begin(), inputs.end(),
                                          [](const Tensor<T, D>& input) { return input.needs_grad(); });
}

/// A node whose result is a Tensor<T, D>.
template <class T, class D>
class TensorNode : public Node {
 public:
  using Node::Node;

  [[nodiscard]] Gradient add(const Gradient& a, const Gradient& b) const override {
    return std::make_shared<Tensor<T, D>>(zip(get(a), get(b), Plus{}));
  }

 protected:
  static const Tensor<T, D>& get(const Gradient& dy) { return *static_cast<const Tensor<T, D>*>(dy.get()); }
};

/// An operation from tensors of type U on device E to one of type T on device D.
template <class T, class D, class U, class E>
class InputNode : public TensorNode<T, D> {
 public:
  using typename Node::Gradient;

  InputNode(std::string_view op, const std::vector<Tensor<U, E>>& inputs)
      : TensorNode<T, D>(op, nodes_of(inputs)) {
    shapes_.reserve(inputs.size());
    for (const Tensor<U, E>& input : inputs) shapes_.push_back(input.shape());
  }

  std::vector<Gradient> backward(const Gradient& dy, const std::vector<bool>& needs) override {
    const std::vector<Tensor<U, E>> gradients = gradient(this->get(dy), needs);
    require(gradients.size() == shapes_.size(), "differentiable", this->op(), " has ", shapes_.size(),
            " inputs, its gradient function returned ", gradients.size(), " gradients");
    std::vector<Gradient> out(gradients.size());
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      if (!needs[i]) continue;
      require(gradients[i].defined() && gradients[i].shape() == shapes_[i], "differentiable", "input ", i,
              " of ", this->op(), " has shape ", shapes_[i], ", its gradient ", gradients[i].shape());
      out[i] = std::make_shared<Tensor<U, E>>(gradients[i].detach());
    }
    return out;
  }

  void deposit(Gradient) override {}  // the gradient of an intermediate result is passed on, not kept

 private:
  virtual std::vector<Tensor<U, E>> gradient(const Tensor<T, D>& dy, const std::vector<bool>& needs) = 0;

  std::vector<Shape> shapes_;
};

/// One with gradient function F: apart from InputNode, so that little is compiled anew for each.
template <class T, class D, class U, class E, class F>
class OperationNode final : public InputNode<T, D, U, E> {
 public:
  OperationNode(std::string_view op, const std::vector<Tensor<U, E>>& inputs, F gradient)
      : InputNode<T, D, U, E>(op, inputs), gradient_(std::move(gradient)) {}

 private:
  std::vector<Tensor<U, E>> gradient(const Tensor<T, D>& dy, const std::vector<bool>& needs) override {
    if constexpr (std::is_invocable_v<F&, const Tensor<T, D>&, const std::vector<bool>&>) {
      return gradient_(dy, needs);
    } else {
      return gradient_(dy);
    }
  }

  F gradient_;
};

template <class T, class D>
class LeafNode final : public TensorNode<T, D> {
 public:
  using typename Node::Gradient;

  LeafNode() : TensorNode<T, D>("leaf", {}) {}
  std::vector<Gradient> backward(const Gradient&, const std::vector<bool>&) override { return {}; }
  [[nodiscard]] bool is_leaf() const override { return true; }

  void deposit(Gradient dy) override {
    Tensor<T, D> incoming = this->get(dy);
    dy.reset();
    if (grad.defined()) {
      grad = zip(grad, incoming, Plus{});
    } else if (incoming.is_unique()) {
      grad = std::move(incoming);
    } else {
      // Another leaf may have been given the same elements (the gradients of a sum are one tensor), and
      // clipping changes gradients in place.
      grad = copy_of(incoming);
    }
  }

  Tensor<T, D> grad;
};

}  // namespace detail

/// Gives `y`, computed from `inputs` by any means, its gradient, and so makes an operation of it.
///
/// `gradient(dy)`, or `gradient(dy, needs)` where knowing needs[i] saves work, returns a vector with the
/// gradient of each input, of that input's shape (an undefined tensor is good enough where it is not
/// needed). Values that it captures must not be changed in place before backward: that is noticed and an
/// error which names `op`. Returns a new handle; `y` itself stays out of the graph, so the gradient function
/// may capture it. Without a gradient to record, `gradient` is dropped at once.
///
///     Tensor<T> y = map(x, [](T v) { return v * v; });
///     return differentiable(y, {x}, [x](const Tensor<T>& dy) { return std::vector{T(2) * x * dy}; },
///     "square");
template <class T, class D, class U, class E, class F>
[[nodiscard]] Tensor<T, D> differentiable(const Tensor<T, D>& y, const std::vector<Tensor<U, E>>& inputs,
                                          F gradient, std::string_view op = "user operation") {
  if constexpr (std::is_integral_v<T>) {  // labels and counts: nothing to differentiate, nothing to compile
    return y.detach();
  } else {
    if (!detail::is_recorded(inputs)) return y.detach();
    return y.with_node(
        detail::own(new detail::OperationNode<T, D, U, E, F>(op, inputs, std::move(gradient))));
  }
}

template <class T, class D, class U, class E, class F>
[[nodiscard]] Tensor<T, D> differentiable(const Tensor<T, D>& y, std::initializer_list<Tensor<U, E>> inputs,
                                          F gradient, std::string_view op = "user operation") {
  return differentiable(y, std::vector<Tensor<U, E>>(inputs), std::move(gradient), op);
}

}  // namespace EBB_NAMESPACE
