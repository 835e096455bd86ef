#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Calls f with each tensor in what a module takes or gives: tensors, pairs, tuples and vectors of them, and
/// structs that offer them as a tuple by `parts()`. False where there is something else, in which more may
/// hide.
template <class X, class F>
bool for_each_tensor(const X& x, const F& f) {
  if constexpr (requires {
                  x.node();
                  x.shape();
                }) {
    f(x);
    return true;
  } else if constexpr (requires { x.parts(); }) {
    return for_each_tensor(x.parts(), f);
  } else if constexpr (requires { std::tuple_size<X>::value; }) {
    bool all = true;
    std::apply([&](const auto&... parts) { ((all = for_each_tensor(parts, f) && all), ...); }, x);
    return all;
  } else if constexpr (requires {
                         x.begin();
                         x.end();
                       }) {
    bool all = true;
    for (const auto& part : x) all = for_each_tensor(part, f) && all;
    return all;
  } else {
    return std::is_arithmetic_v<X>;
  }
}

/// Whether something has been done, for an object that is const and called by several threads; a copy of the
/// object begins anew.
class Done {
 public:
  Done() = default;
  Done(const Done&) noexcept {}
  Done& operator=(const Done&) noexcept { return *this; }

  [[nodiscard]] bool get() const { return done_.load(std::memory_order_relaxed); }
  void set() const { done_.store(true, std::memory_order_relaxed); }

 private:
  mutable std::atomic<bool> done_{false};
};

using Nodes = std::vector<ebb::detail::Node*>;

/// Whether the results depend on a leaf that was there before the call (which began at `start`) and is
/// neither an input nor listed: a parameter that nobody would train, save or copy.
[[gnu::cold]] inline bool depends_on_unlisted(Nodes open, const Nodes& inputs, const Nodes& listed,
                                              std::uint64_t start) {
  ebb::detail::Graph seen;
  const auto among = [](const Nodes& nodes, const ebb::detail::Node* node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  };
  while (!open.empty()) {
    ebb::detail::Node* const node = open.back();
    open.pop_back();
    if (!seen.try_emplace(node->made(), ebb::detail::Visit{node}).second) continue;
    if (node->made() < start) {
      if (node->is_leaf() && !among(inputs, node) && !among(listed, node)) return true;
      continue;  // the inputs, and what was computed of parameters beforehand
    }
    for (const auto& input : node->inputs())
      if (input) open.push_back(input.get());
  }
  return false;
}

}  // namespace EBB_NAMESPACE::nn::detail
