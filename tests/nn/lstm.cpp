#include "ebb/nn/lstm.hpp"

#include <cstdint>
#include <utility>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/ops/narrow.hpp"

namespace nn = ebb::nn;
using ebb::Index;
using ebb::Shape;
using ebb::Tensor;
using ebb::test::difference;
using ebb::test::doubles;
using ebb::test::tolerance;
using ebb::test::values;

TEST_CASE("nn::LSTM: shapes, printing, a place in a model") {
  const nn::LSTM<float> layer(3, 5, {.num_layers = 2, .bidirectional = true});
  CHECK(layer.state().get<float>("weight_hh_l1_reverse").shape() == Shape{20, 5});
  CHECK(layer.describe() == "LSTM(3, 5, 2 layers, bidirectional)");
  const Tensor<float> x = ebb::randn<float>({6, 4, 3});
  const auto [output, state] = layer(x);
  CHECK(output.shape() == Shape{6, 4, 10});
  CHECK(state.hidden.shape() == Shape{4, 6, 5});
  CHECK(state.cell.shape() == Shape{4, 6, 5});
  CHECK(values(nn::Sequential<float>(layer)(x)) == values(output));
}

TEST_CASE_TEMPLATE("nn::LSTM: a sequence in two parts is the sequence, and a short one is itself", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const nn::LSTM<T, D> layer(3, 5, {.num_layers = 2});
  const X x = ebb::randn<T, D>({4, 7, 3});
  const auto whole = layer(x), first = layer(ebb::narrow(x, 1, 0, 4)),
             second = layer(ebb::narrow(x, 1, 4, 3), {.state = first.state});
  CHECK(difference(second.state.hidden, doubles(whole.state.hidden)) < tolerance<T>);
  CHECK(difference(second.state.cell, doubles(whole.state.cell)) < tolerance<T>);

  const nn::LSTM<T, D> both(3, 5, {.num_layers = 2, .bidirectional = true});
  const auto packed = both(x, {.lengths = ebb::tensor<std::int32_t, D>({7, 2, 4, 1})});
  for (const auto& [sample, length] : {std::pair<Index, Index>{1, 2}, {2, 4}, {3, 1}}) {
    const auto alone = both(ebb::narrow(ebb::narrow(x, 0, sample, 1), 1, 0, length));
    const X output = ebb::narrow(packed.output, 0, sample, 1);
    CHECK(difference(ebb::narrow(output, 1, 0, length), doubles(alone.output)) < tolerance<T>);
    CHECK(difference(ebb::narrow(packed.state.cell, 1, sample, 1), doubles(alone.state.cell)) < tolerance<T>);
    for (const T v : values(ebb::narrow(output, 1, length, 7 - length))) CHECK(v == 0);
  }
}

TEST_CASE("nn::LSTM: errors") {
  using ebb::test::error;
  CHECK(error([] { nn::LSTM<float>(0, 5); }) ==
        "[lstm] 1 layers from 0 to 5 values: expected at least 1 each");
  const nn::LSTM<float> layer(3, 5);
  const Tensor<float> x({2, 4, 3}), state({1, 2, 5});
  CHECK(error([&] {
          (void)layer(x, {.state = {state, Tensor<float>({1, 2, 4})}});
        }) == "[lstm] the state (1, 2, 4) must be (1, 2, 5)");
  CHECK(error([&] {
          (void)layer(x, {.lengths = ebb::tensor<std::int32_t>({4, 0})});
        }) == "[lstm] length 0 at position 1 is not in [1, 4]");
}
