#include "ebb/nn/module.hpp"

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/relu.hpp"
#include "ebb/ops/sum.hpp"

namespace {

using ebb::Index;
using ebb::State;
using ebb::Tensor;
namespace nn = ebb::nn;

// The two examples in the documentation of Module.

template <class T, class D>
struct Scale : nn::Module<T, D> {
  explicit Scale(Index channels) : weight(ebb::ones<T, D>({channels, 1}).requires_grad()) {}
  Tensor<T, D> forward(const Tensor<T, D>& x) const override { return x * weight; }
  nn::Members<T, D> members() override { return {{"weight", weight}}; }
  Tensor<T, D> weight;
};

template <class T, class D>
struct Residual : nn::Module<T, D> {
  explicit Residual(Index width) : first(width, width), second(width, width) {}
  Tensor<T, D> forward(const Tensor<T, D>& x) const override { return x + second(relu(first(x))); }
  nn::Members<T, D> members() override { return {{"first", first}, {"second", second}}; }
  nn::Dense<T, D> first, second;
};

// Two names for one tensor.
template <class T, class D>
struct Tied : nn::Module<T, D> {
  Tied() : encode(3, 3, {.bias = false}), decode(3, 3, {.bias = false}) { decode.weight = encode.weight; }
  Tensor<T, D> forward(const Tensor<T, D>& x) const override { return decode(encode(x)); }
  nn::Members<T, D> members() override { return {{"encode", encode}, {"decode", decode}}; }
  nn::Dense<T, D> encode, decode;
};

std::vector<std::string> names(const State& state) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : state) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE_TEMPLATE("module: a layer of the user's own trains, is listed, copied and printed", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Scale<T, D> scale(2);
  const X x = ebb::tensor<T, D>({1, 2, 3, 4}, {1, 2, 2});
  sum(scale(x)).backward();
  REQUIRE(scale.parameters().size() == 1);
  CHECK(ebb::test::values(scale.parameters()[0].grad()) == std::vector<T>{3, 7});
  scale.zero_grad();
  CHECK_FALSE(scale.weight.has_grad());

  const Scale<T, D> copy = clone(scale);
  scale.weight.fill(T(5));
  CHECK(ebb::test::values(copy.weight) == std::vector<T>{1, 1});
  CHECK(copy.weight.needs_grad());

  std::ostringstream out;
  out << scale;
  CHECK(out.str() == "Scale");
}

TEST_CASE_TEMPLATE("module: a composite lists its layers under their names", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Residual<T, D> block(3);
  CHECK(names(block.state()) ==
        std::vector<std::string>{"first.weight", "first.bias", "second.weight", "second.bias"});
  CHECK(block.parameters().size() == 4);
  block.second.weight.fill(T(0));
  const X x = ebb::test::uniform<X>({2, 3}, -1, 1);
  CHECK(ebb::test::values(block(x)) == ebb::test::values(x));

  CHECK(block.first.is_training());
  block.eval();
  CHECK_FALSE(block.is_training());
  CHECK_FALSE(block.first.is_training());
  block.train();
  CHECK(block.second.is_training());

  std::ostringstream out;
  out << block;
  CHECK(out.str() == "Residual(\n  (first): Dense(3, 3)\n  (second): Dense(3, 3)\n)");
}

TEST_CASE("module: copies share tensors and have a mode of their own") {
  nn::Dense<float> layer(2, 2);
  nn::Dense<float> copy = layer;
  copy.eval();
  copy.weight.fill(3);
  CHECK(layer.weight(0, 0) == 3);
  CHECK(layer.is_training());
}

TEST_CASE("module: tied weights count once and stay tied in a clone") {
  Tied<float, ebb::Cpu> tied;
  CHECK(tied.parameters().size() == 1);
  CHECK(tied.state().size() == 2);
  Tied<float, ebb::Cpu> copy = clone(tied);
  CHECK(copy.parameters().size() == 1);
  CHECK(copy.encode.weight.data() == copy.decode.weight.data());
  CHECK(copy.encode.weight.data() != tied.encode.weight.data());
}

TEST_CASE("module: a tensor without gradient is state, not a parameter") {
  nn::BatchNorm<double> layer(4);
  CHECK(layer.parameters().size() == 2);
  CHECK(names(layer.state()) ==
        std::vector<std::string>{"weight", "bias", "running_mean", "running_var", "num_batches_tracked"});
  layer.weight = layer.weight.detach();  // frozen
  CHECK(layer.parameters().size() == 1);
  CHECK(layer.state().size() == 5);
  const nn::BatchNorm<double> copy = clone(layer);
  CHECK_FALSE(copy.weight.needs_grad());
  CHECK(copy.bias.needs_grad());
}

TEST_CASE("module: a clone keeps values, counters and mode") {
  nn::BatchNorm<float> layer(2);
  (void)layer(ebb::tensor<float>({1, 2, 3, 5}, {2, 2}));
  layer.eval();
  const nn::BatchNorm<float> copy = clone(layer);
  CHECK_FALSE(copy.is_training());
  CHECK(copy.num_batches_tracked.item() == 1);
  CHECK(copy.num_batches_tracked.data() != layer.num_batches_tracked.data());
  CHECK(ebb::test::values(copy.running_mean) == std::vector<float>{2, 3.5f});
  CHECK(copy.running_mean.data() != layer.running_mean.data());
}

TEST_CASE_TEMPLATE("copy_state: the weights of one model go into another", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  nn::Sequential<T, D> from(nn::Dense<T, D>(3, 4), nn::BatchNorm<T, D>(4));
  nn::Sequential<T, D> to(nn::Dense<T, D>(3, 4), nn::BatchNorm<T, D>(4));
  const X x = ebb::test::uniform<X>({5, 3}, -1, 1);
  (void)from(x);
  copy_state(from, to);
  from.eval();
  to.eval();
  CHECK(ebb::test::values(from(x)) == ebb::test::values(to(x)));

  const State best = from.state().clone();
  for (X weight : from.parameters()) weight.fill(T(0));
  copy_state(best, from.state());
  CHECK(ebb::test::values(from(x)) == ebb::test::values(to(x)));
}
