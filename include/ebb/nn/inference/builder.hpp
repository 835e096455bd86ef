#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ebb/nn/graph.hpp"
#include "ebb/nn/inference/part.hpp"

namespace EBB_NAMESPACE::nn {

struct InferenceOptions {
  /// Dense layers and convolutions multiply bfloat16 numbers and add them up in float: faster on processors
  /// that have such instructions, with results that are good for two to three digits. Float models only.
  bool bfloat16 = false;
};

namespace detail {

/// A part in its place. Value 0 is the input of the model, value i the result of part i - 1.
template <class T>
struct Place {
  std::string name;
  std::unique_ptr<Part<T>> part;  ///< null where another one took it in
  std::vector<Index> inputs;
};

/// Walks the nodes of a graph in their order and lets rules make parts of them. A rule says of its node what
/// becomes of it: add, fuse or pass.
template <class T>
class Builder {
 public:
  using Node = typename Graph<T>::Node;

  Builder(const Graph<T>& graph, const InferenceOptions& options)
      : graph_(graph),
        options_(options),
        readers_(graph.nodes().size()),
        values_(graph.nodes().size()),
        shared_{false} {
    ++readers_[at(graph.result())];
    for (Index i = static_cast<Index>(readers_.size()) - 1; i >= 0; --i)
      if (readers_[at(i)] > 0)
        for (const Index input : graph.nodes()[at(i)].inputs) ++readers_[at(input)];
    shared_[0] = readers_[0] > 1;
  }

  /// rule(*this) for every node that the result needs.
  template <class Rule>
  void walk(Rule rule) {
    for (node_ = 1; node_ < values_.size(); ++node_)
      if (readers_[node_] > 0) rule(*this);
  }

  [[nodiscard]] const InferenceOptions& options() const { return options_; }
  [[nodiscard]] std::vector<Place<T>>& places() { return places_; }
  [[nodiscard]] Index result() const { return values_[at(graph_.result())]; }

  // ---- The node at hand -----------------------------------------------------------------------------

  [[nodiscard]] const Node& node() const { return graph_.nodes()[node_]; }
  [[nodiscard]] Index input(Index i = 0) const { return values_[at(node().inputs[at(i)])]; }
  [[nodiscard]] std::vector<Index> inputs() const {
    std::vector<Index> values;
    for (const Index input : node().inputs) values.push_back(values_[at(input)]);
    return values;
  }

  /// The part that makes input i, if it is a P and nothing else reads what it makes.
  template <class P>
  [[nodiscard]] P* before(Index i = 0) {
    return maker<P>(input(i));
  }

  /// The same of the part that makes a value, of which only one place reads.
  template <class P>
  [[nodiscard]] P* maker(Index value) {
    return value == 0 || shared_[at(value)] ? nullptr : dynamic_cast<P*>(places_[at(value - 1)].part.get());
  }
  [[nodiscard]] Place<T>& place_of(Index value) { return places_[at(value - 1)]; }

  /// The node is a part of its own.
  [[gnu::cold]] void add(std::unique_ptr<Part<T>> part, std::vector<Index> inputs, const std::string& name) {
    places_.push_back({name, std::move(part), std::move(inputs)});
    shared_.push_back(false);
    set(static_cast<Index>(places_.size()));
  }

  /// The part that makes input i has taken the node in, and reads `more` for it.
  [[gnu::cold]] void fuse(Index i, const std::string& name, const std::vector<Index>& more = {}) {
    Place<T>& place = places_[at(input(i) - 1)];
    place.name += " + " + name;
    place.inputs.insert(place.inputs.end(), more.begin(), more.end());
    set(input(i));
  }

  /// Takes the part that makes a value away, to be in a part of the node.
  Place<T> remove(Index value) { return std::exchange(place_of(value), Place<T>{}); }

  /// The node does nothing.
  void pass() { set(input()); }

 private:
  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

  void set(Index value) {
    values_[node_] = value;
    if (readers_[node_] > 1) shared_[at(value)] = true;
  }

  const Graph<T>& graph_;
  InferenceOptions options_;
  std::vector<Index> readers_;  // of each node
  std::vector<Index> values_;   // that each node is
  std::vector<bool> shared_;    // whether a value has several readers
  std::vector<Place<T>> places_;
  std::size_t node_ = 0;
};

}  // namespace detail
}  // namespace EBB_NAMESPACE::nn
