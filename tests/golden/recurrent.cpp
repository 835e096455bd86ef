#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/nn/gru.hpp"
#include "ebb/nn/lstm.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"
#include "golden/golden.hpp"

namespace {

using ebb::Index;
using ebb::Tensor;
using ebb::test::Golden;

template <class T>
struct Case {
  Case(const Golden& g, const std::string& n) : golden(g), name(n), x(tensor("input").requires_grad()) {
    if (g.has(n + ".lengths")) lengths = g.get<std::int32_t>(n + ".lengths");
    for (const std::string first : {"first_state", "first_cell"})
      if (g.has(n + '.' + first)) state.push_back(tensor(first).requires_grad());
  }

  [[nodiscard]] Tensor<T> tensor(const std::string& what) const { return golden.get<T>(name + '.' + what); }

  /// A layer of the case's sizes with its weights.
  template <class Layer>
  [[nodiscard]] Layer layer() const {
    const Tensor<std::int32_t> o = golden.get<std::int32_t>(name + ".options");
    Layer layer(o(0), o(1), {.num_layers = Index{o(2)}, .bidirectional = o(3) != 0, .bias = o(4) != 0});
    for (const auto& member : layer.members())
      if (member.tensor->defined()) member.tensor->assign(tensor(member.name));
    return layer;
  }

  [[nodiscard]] Tensor<T> loss(const Tensor<T>& y, const std::string& what) const {
    golden.check(y, name + '.' + what);
    return ebb::sum(y * tensor("upstream." + what));
  }

  template <class Layer>
  void check_gradients(Layer& layer) const {
    golden.check(x.grad(), name + ".gradient.input");
    for (const auto& member : layer.members())
      if (member.tensor->defined()) golden.check(member.tensor->grad(), name + ".gradient." + member.name);
    for (std::size_t i = 0; i < state.size(); ++i)
      golden.check(state[i].grad(), name + ".gradient." + (i == 0 ? "first_state" : "first_cell"));
  }

  const Golden& golden;
  std::string name;
  Tensor<T> x;
  Tensor<std::int32_t> lengths;
  std::vector<Tensor<T>> state;
};

}  // namespace

TEST_CASE_TEMPLATE("GRU and LSTM, their states and gradients are PyTorch's", T, float, double) {
  const Golden golden("recurrent");
  REQUIRE(golden.cases().size() == 12);
  for (const std::string& name : golden.cases()) {
    CAPTURE(name);
    const Case<T> c(golden, name);
    if (name.starts_with("gru")) {
      auto gru = c.template layer<ebb::nn::GRU<T>>();
      const auto y = gru(c.x, {.state = c.state.empty() ? Tensor<T>() : c.state[0], .lengths = c.lengths});
      (c.loss(y.output, "output") + c.loss(y.state, "state")).backward();
      c.check_gradients(gru);
    } else {
      auto lstm = c.template layer<ebb::nn::LSTM<T>>();
      ebb::LSTMState<T> first;
      if (!c.state.empty()) first = {c.state[0], c.state[1]};
      const auto y = lstm(c.x, {.state = first, .lengths = c.lengths});
      (c.loss(y.output, "output") + c.loss(y.state.hidden, "state") + c.loss(y.state.cell, "cell"))
          .backward();
      c.check_gradients(lstm);
    }
  }
}
