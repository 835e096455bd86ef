// Modules that take and give anything, what members() leaves out, and where an error was.
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/nn/summary.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/mse_loss.hpp"
#include "ebb/optim/sgd.hpp"

namespace {

namespace nn = ebb::nn;
using ebb::Tensor;
using ebb::test::error;
using ebb::test::values;

// Two inputs: a skip across modules.
template <class T, class D>
struct Gate : nn::Module<T, D, Tensor<T, D>(const Tensor<T, D>&, const Tensor<T, D>&)> {
  explicit Gate(ebb::Index width) : a(width, width), b(width, width) {}
  Tensor<T, D> forward(const Tensor<T, D>& x, const Tensor<T, D>& skip) const override {
    return a(x) + b(skip);
  }
  nn::Members<T, D> members() override { return {{"a", a}, {"b", b}}; }
  nn::Dense<T, D> a, b;
};

// Two results.
template <class T, class D>
using Pair = std::pair<Tensor<T, D>, Tensor<T, D>>;

template <class T, class D>
struct TwoHeads : nn::Module<T, D, Pair<T, D>(const Tensor<T, D>&)> {
  TwoHeads() : gate(3), classes(3, 4), position(3, 1) {}
  Pair<T, D> forward(const Tensor<T, D>& x) const override {
    const Tensor<T, D> h = gate(x, x);
    return {classes(h), position(h)};
  }
  nn::Members<T, D> members() override {
    return {{"gate", gate}, {"classes", classes}, {"position", position}};
  }
  Gate<T, D> gate;
  nn::Dense<T, D> classes, position;
};

// Forgets one of its two layers.
struct Forgetful : nn::Module<float> {
  Tensor<float> forward(const Tensor<float>& x) const override { return second(first(x)); }
  nn::Members<float> members() override { return {{"first", first}}; }
  nn::Dense<float> first{2, 2}, second{2, 2};
};

// Adds a tensor that is nobody's, and one that is computed of a parameter elsewhere.
struct Outside : nn::Module<float> {
  Tensor<float> forward(const Tensor<float>& x) const override { return layer(x) + computed; }
  nn::Members<float> members() override { return {{"layer", layer}}; }
  nn::Dense<float> layer{2, 2};
  Tensor<float> computed;
};

}  // namespace

TEST_CASE_TEMPLATE("module: several inputs and results, called, listed, trained, cloned, printed, summarised",
                   X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  TwoHeads<T, D> model;
  const X x = ebb::test::uniform<X>({5, 3}, -1, 1);
  const auto [scores, position] = model(x);
  CHECK(scores.shape() == ebb::Shape{5, 4});
  CHECK(position.shape() == ebb::Shape{5, 1});
  CHECK(model.parameters().size() == 8);
  CHECK(model.named_parameters().at(2).name == "gate.b.weight");
  CHECK(model.state().find("position.bias") != nullptr);

  TwoHeads<T, D> twin = clone(model);
  ebb::optim::SGD<T, D> sgd(model.parameters());
  mse_loss(model(x).first, ebb::zeros<T, D>({5, 4})).backward();
  sgd.step();
  CHECK(values(model(x).first) != values(scores));
  CHECK(values(twin(x).first) == values(scores));

  std::ostringstream tree;
  tree << model;
  CHECK(tree.str() ==
        "TwoHeads(\n  (gate): Gate(\n    (a): Dense(3, 3)\n    (b): Dense(3, 3)\n  )\n"
        "  (classes): Dense(3, 4)\n  (position): Dense(3, 1)\n)");

  const nn::Summary of_heads = summary(model, {5, 3});
  REQUIRE(of_heads.rows.size() == 6);
  CHECK(of_heads.rows[0].outputs == std::vector<ebb::Shape>{{5, 4}, {5, 1}});
  CHECK(of_heads.rows[1].layer == "Gate");
  CHECK(of_heads.trainable == 24 + 16 + 4);
  const nn::Summary of_gate = summary(model.gate, x, x);
  CHECK(of_gate.rows.size() == 3);
  CHECK(of_gate.rows[0].outputs == std::vector<ebb::Shape>{{5, 3}});
}

TEST_CASE("module: a parameter that members() leaves out is an error, not one that is never trained") {
  Forgetful model;
  const auto x = ebb::ones<float>({1, 2});
  const std::string expected =
      "[module] Forgetful uses a parameter that members() does not list: it would not be trained, saved or "
      "copied";
  CHECK(error([&] { (void)model(x); }) == expected);
  CHECK(error([&] { (void)model(x); }) == expected);
  nn::Sequential<float> around(model);
  CHECK(error([&] { (void)around(x); }) ==
        "[module] layer 0, " + expected.substr(9, 9) + ": " + expected.substr(9));
  const ebb::NoGrad guard;
  CHECK_NOTHROW((void)model(x));
}

TEST_CASE("module: inputs, and what was computed elsewhere, are no parameters that were left out") {
  Outside model;
  const auto x = ebb::ones<float>({1, 2}).requires_grad(), p = ebb::ones<float>({1, 2}).requires_grad();
  model.computed = p + p;
  CHECK_NOTHROW((void)model(x));
  CHECK_NOTHROW((void)Outside(model)(x + x));
  model.computed = p;
  CHECK(error([&] { (void)Outside(model)(x); }).starts_with("[module]"));
}

TEST_CASE("module: an error says by its whole path in which layer it was") {
  nn::Sequential<double> inner(nn::Dropout<double>(0.1), nn::Dense<double>(3, 4));
  nn::Sequential<double> model(nn::Dense<double>(2, 2), inner);
  CHECK(error([&] {
          (void)model(ebb::ones<double>({1, 2}));
        }).starts_with("[dense] layer 1.1, Dense(3, 4): input (1, 2)"));
  const TwoHeads<double, ebb::Cpu> heads;
  const std::string text = error([&] { (void)heads(ebb::ones<double>({1, 7})); });
  // Which of the two comes first is up to the compiler.
  CHECK((text.starts_with("[dense] layer gate.a, Dense(3, 3): input (1, 7)") ||
         text.starts_with("[dense] layer gate.b, Dense(3, 3): input (1, 7)")));
  try {
    (void)heads(ebb::ones<double>({1, 7}));
  } catch (const ebb::Error& e) {
    CHECK(e.id() == "dense");
    CHECK(text == "[dense] " + e.facts());
  }
}
