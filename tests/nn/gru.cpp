#include "ebb/nn/gru.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/nn/summary.hpp"
#include "ebb/ops/narrow.hpp"

namespace nn = ebb::nn;
using ebb::Index;
using ebb::Shape;
using ebb::Tensor;
using ebb::test::error;
using ebb::test::values;

TEST_CASE("nn::GRU: names and shapes of PyTorch, sizes, printing") {
  const nn::GRU<float> layer(3, 5, {.num_layers = 2, .bidirectional = true, .dropout = 0.1});
  std::vector<std::string> names;
  for (const auto& [name, tensor] : layer.state()) names.push_back(name);
  CHECK(names == std::vector<std::string>{
                     "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
                     "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1",
                     "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_ih_l1_reverse",
                     "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse"});
  CHECK(layer.state().get<float>("weight_ih_l0").shape() == Shape{15, 3});
  CHECK(layer.state().get<float>("weight_ih_l1_reverse").shape() == Shape{15, 10});
  CHECK(layer.parameters().size() == 16);
  for (const Tensor<float>& parameter : layer.parameters())
    for (const float v : values(parameter)) CHECK(std::abs(v) <= 1 / std::sqrt(5.0f));
  CHECK(layer.describe() == "GRU(3, 5, 2 layers, bidirectional, dropout 0.1)");
  CHECK(nn::GRU<float>(3, 5, {.bias = false}).describe() == "GRU(3, 5, no bias)");
  CHECK(nn::GRU<float>(3, 5, {.bias = false}).parameters().size() == 2);
}

TEST_CASE_TEMPLATE("nn::GRU: a sequence in two parts is the sequence, and a short one is itself", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const nn::GRU<T, D> layer(3, 5, {.num_layers = 2});
  const X x = ebb::randn<T, D>({4, 7, 3});
  const auto whole = layer(x);
  CHECK(whole.output.shape() == Shape{4, 7, 5});
  CHECK(whole.state.shape() == Shape{2, 4, 5});
  const auto first = layer(ebb::narrow(x, 1, 0, 4)),
             second = layer(ebb::narrow(x, 1, 4, 3), {.state = first.state});
  CHECK(ebb::test::difference(second.state, ebb::test::doubles(whole.state)) < ebb::test::tolerance<T>);

  const nn::GRU<T, D> both(3, 5, {.num_layers = 2, .bidirectional = true});
  const auto packed = both(x, {.lengths = ebb::tensor<std::int32_t, D>({7, 2, 4, 1})});
  for (const auto& [sample, length] : {std::pair<Index, Index>{1, 2}, {2, 4}, {3, 1}}) {
    const auto alone = both(ebb::narrow(ebb::narrow(x, 0, sample, 1), 1, 0, length));
    const X output = ebb::narrow(packed.output, 0, sample, 1);
    using ebb::test::doubles;
    CHECK(ebb::test::difference(ebb::narrow(output, 1, 0, length), doubles(alone.output)) <
          ebb::test::tolerance<T>);
    CHECK(ebb::test::difference(ebb::narrow(packed.state, 1, sample, 1), doubles(alone.state)) <
          ebb::test::tolerance<T>);
    for (const T v : values(ebb::narrow(output, 1, length, 7 - length))) CHECK(v == 0);
  }
}

TEST_CASE("nn::GRU: in a model it gives its output; a clone has weights of its own") {
  nn::Sequential<float> model(nn::GRU<float>(3, 5, {.bidirectional = true}), nn::Flatten<float>(),
                              nn::Dense<float>(40, 2));
  const Tensor<float> x = ebb::randn<float>({6, 4, 3});
  CHECK(model(x).shape() == Shape{6, 2});
  CHECK(summary(model, {1, 4, 3}).rows[1].outputs.at(0) == Shape{1, 4, 10});
  CHECK(summary(nn::GRU<float>(3, 5), {1, 4, 3}).rows[0].outputs.at(0) == Shape{1, 4, 5});
  nn::Sequential<float> copy = model.clone();
  CHECK(values(copy(x)) == values(model(x)));
  for (Tensor<float> p : copy.parameters()) p.fill(0);
  CHECK(values(copy(x)) != values(model(x)));
}

TEST_CASE("nn::GRU: dropout between layers, in training only") {
  nn::GRU<double> layer(3, 5, {.num_layers = 2, .dropout = 0.5});
  const Tensor<double> x = ebb::randn<double>({2, 4, 3});
  CHECK(values(layer(x).output) != values(layer(x).output));
  layer.eval();
  CHECK(values(layer(x).output) == values(layer(x).output));
}

TEST_CASE("nn::GRU: errors") {
  CHECK(error([] { nn::GRU<float>(3, 0); }) == "[gru] 1 layers from 3 to 0 values: expected at least 1 each");
  CHECK(error([] { nn::GRU<float>(3, 5, {.dropout = 1}); }) ==
        "[gru] the probability 1 of dropout must be in [0, 1)");
  const nn::GRU<float> layer(3, 5);
  CHECK(error([&] {
          (void)layer(Tensor<float>({2, 4, 2}));
        }) == "[gru] the input has 2 values per step, the weight (15, 3) expects 3");
  CHECK(error([&] {
          (void)layer(Tensor<float>({2, 4, 3}), {.state = Tensor<float>({2, 5})});
        }) == "[gru] the state (2, 5) must be (1, 2, 5)");
}
