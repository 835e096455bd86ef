// Models with branches: optimized against their own forward in evaluation mode.
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/nn/composite.hpp"
#include "ebb/nn/gru.hpp"
#include "ebb/nn/inference.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/concat.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"
#include "nn/inference_case.hpp"
#include "threads.hpp"

using namespace ebb;
using test::relative_error;
using test::trained_norm;

namespace {

template <class T>
constexpr double rounding = sizeof(T) == 4 ? 1e-5 : 1e-12;

/// relu(x + norm(conv(relu(norm(conv(x))))))
template <class T>
struct Residual : nn::Composite<Residual<T>, T> {
  Residual(Index width, Index kernel)
      : first(width, width, {.kernel = kernel, .padding = kernel / 2}),
        second(width, width, {.kernel = kernel, .padding = kernel / 2}),
        first_norm(trained_norm<T>(width)),
        second_norm(trained_norm<T>(width)) {}
  template <class X>
  X run(const X& x) const {
    return relu(x + second_norm(second(relu(first_norm(first(x))))));
  }
  nn::Members<T> members() override {
    return {{"first", first}, {"first_norm", first_norm}, {"second", second}, {"second_norm", second_norm}};
  }
  nn::Conv1D<T> first, second;
  nn::BatchNorm<T> first_norm, second_norm;
};

/// A gate, a branch that is concatenated, and a dense head on a value that is read twice.
template <class T>
struct Gated : nn::Composite<Gated<T>, T> {
  explicit Gated(Index width)
      : filter(width, width, {.kernel = 2, .padding = 1, .dilation = 2}),
        gate(width, width, {.kernel = 2, .padding = 1, .dilation = 2}),
        mix(width, width, {.kernel = 1}) {}
  template <class X>
  X run(const X& x) const {
    const X gated = tanh(filter(x)) * sigmoid(gate(x));
    return concat(std::vector<X>{leaky_relu(mix(gated)) + x, gated}, 1);
  }
  nn::Members<T> members() override { return {{"filter", filter}, {"gate", gate}, {"mix", mix}}; }
  nn::Conv1D<T> filter, gate, mix;
};

/// A layer of one's own, of which nothing is known.
template <class T>
struct Centered : nn::Module<T> {
  Tensor<T> forward(const Tensor<T>& x) const override { return x + offset * sum(x); }
  nn::Members<T> members() override { return {{"offset", offset}}; }
  Tensor<T> offset = full<T>({}, T(1e-4)).requires_grad();
};

/// Of random layers and branches; `state` draws them again in each run.
template <class T>
class RandomGraph : public nn::Composite<RandomGraph<T>, T> {
 public:
  RandomGraph(unsigned seed, Index width) : seed_(seed), width_(width) {
    std::mt19937 random(seed);
    for (int i = 0; i < 6; ++i) {
      const Index kernel = 2 * std::uniform_int_distribution<Index>(0, 2)(random) + 1;
      const Index dilation = std::uniform_int_distribution<Index>(1, 2)(random);
      convolutions_.emplace_back(
          width, width,
          nn::Conv1DOptions{.kernel = kernel, .padding = kernel / 2 * dilation, .dilation = dilation});
      norms_.push_back(trained_norm<T>(width));
    }
  }

  template <class X>
  X run(const X& x) const {
    std::mt19937 random(seed_);
    const auto draw = [&](std::size_t n) {
      return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    std::vector<X> values{x};
    for (int i = 0; i < 14; ++i) {
      const X& a = values[values.size() - 1 - draw(std::min<std::size_t>(values.size(), 3))];
      const X& b = values[draw(values.size())];
      switch (draw(10)) {
        case 0:
        case 1:
        case 2:
          values.push_back(convolutions_[draw(6)](a));
          break;
        case 3:
          values.push_back(norms_[draw(6)](a));
          break;
        case 4:
          values.push_back(relu(a));
          break;
        case 5:
          values.push_back(tanh(a));
          break;
        case 6:
          values.push_back(own_(a));
          break;
        case 7:
          values.push_back(dropout_(a));
          break;
        case 8:
          values.push_back(sigmoid(a) * b);
          break;
        default:
          values.push_back(a + b);
      }
    }
    return concat(std::vector<X>{values.back(), values[draw(values.size())]}, draw(2) == 0 ? 1 : 2);
  }

  nn::Members<T> members() override {
    nn::Members<T> members{{"own", own_}, {"dropout", dropout_}};
    for (std::size_t i = 0; i < 6; ++i) {
      members.emplace_back("conv" + std::to_string(i), convolutions_[i]);
      members.emplace_back("norm" + std::to_string(i), norms_[i]);
    }
    return members;
  }

 private:
  unsigned seed_;
  Index width_;
  std::vector<nn::Conv1D<T>> convolutions_;
  std::vector<nn::BatchNorm<T>> norms_;
  Centered<T> own_;
  nn::Dropout<T> dropout_{0.3};
};

}  // namespace

TEST_CASE_TEMPLATE("inference: residual networks", T, float, double) {
  manual_seed(1);
  for (const Index kernel : {3, 5, 7}) {
    nn::Sequential<T> model(nn::Conv1D<T>(1, 24, {.kernel = 7, .stride = 3}), trained_norm<T>(24),
                            nn::ReLU<T>());
    for (int block = 0; block < 4; ++block) model.add(Residual<T>(24, kernel));
    model.add(nn::GlobalAvgPool1D<T>());
    model.add(nn::Dense<T>(24, 5));
    model.eval();
    const auto fast = nn::optimize_for_inference(model);
    CAPTURE(fast.describe());
    CHECK(fast.describe().find("not optimized") == std::string::npos);
    for (const Index batch : {1, 3, 40}) {
      const auto x = randn<T>({batch, 1, 200});
      CHECK(relative_error(fast(x), model(x)) < rounding<T>);
    }
    CHECK(fast(zeros<T>({0, 1, 200})).shape() == Shape{0, 5});
  }
}

TEST_CASE("inference: an addition and its ReLU go into the convolution that comes last") {
  nn::Sequential<float> model(Residual<float>(24, 3));
  model.eval();
  CHECK(nn::optimize_for_inference(model).describe() ==
        "Inference(Conv1D(24, 24, kernel 3, padding 1) + BatchNorm(24) + ReLU + "
        "Conv1D(24, 24, kernel 3, padding 1) + BatchNorm(24) + addition + ReLU)");
}

TEST_CASE_TEMPLATE("inference: gates and concatenations", T, float, double) {
  manual_seed(2);
  nn::Sequential<T> model(Gated<T>(6), Gated<T>(12), nn::Flatten<T>(), nn::Dense<T>(24 * 31, 7));
  model.eval();
  const auto fast = nn::optimize_for_inference(model);
  CAPTURE(fast.describe());
  CHECK(fast.describe().find("not optimized") == std::string::npos);
  for (const Index batch : {1, 5, 64}) {
    const auto x = randn<T>({batch, 6, 31});
    CHECK(relative_error(fast(x), model(x)) < rounding<T>);
  }
}

TEST_CASE_TEMPLATE("inference: padding by a rule", T, float, double) {
  manual_seed(8);
  for (const Padding padding : {Padding(Padding::same), Padding(Padding::causal)}) {
    for (const Index stride : {1, 2, 3}) {
      nn::Sequential<T> model(nn::Conv1D<T>(1, 17, {.kernel = 4, .stride = stride, .padding = padding}),
                              nn::ReLU<T>(), nn::Conv1D<T>(17, 18, {.kernel = 5, .padding = padding}),
                              trained_norm<T>(18), nn::MaxPool1D<T>(2),
                              nn::Conv1D<T>(18, 16, {.kernel = 2, .padding = padding, .dilation = 4}));
      model.eval();
      const auto fast = nn::optimize_for_inference(model);
      for (const Index length : {40, 53, 300}) {
        const auto x = randn<T>({3, 1, length});
        CHECK(relative_error(fast(x), model(x)) < rounding<T>);
      }
    }
  }
}

TEST_CASE("inference: causal convolutions skip zeros at the end") {
  manual_seed(9);
  nn::Sequential<float> model(
      nn::Conv1D<float>(1, 17, {.kernel = 4, .stride = 2, .padding = Padding::causal}), nn::ReLU<float>(),
      nn::Conv1D<float>(17, 17, {.kernel = 3, .padding = Padding::causal, .dilation = 4}), nn::ReLU<float>(),
      nn::Flatten<float>(), nn::Dense<float>(17 * 50, 4));
  model.eval();
  const auto fast = nn::optimize_for_inference(model);
  auto x = rand<float>({60, 1, 100});
  for (Index n = 0; n < 60; ++n)
    for (Index i = n * 59 % 101; i < 100; ++i) x(n, 0, i) = 0;
  const auto expected = model(x);
  CHECK(relative_error(fast(x), expected) < rounding<float>);
  for (Index n = 0; n < 60; n += 7)
    CHECK(relative_error(fast(x.slice(n, n + 1)), expected.slice(n, n + 1)) < rounding<float>);
}

TEST_CASE_TEMPLATE("inference: gated recurrent units in layers and both ways", T, float, double) {
  manual_seed(10);
  for (const bool both : {false, true}) {
    nn::Sequential<T> model(nn::GRU<T>(5, 12, {.num_layers = 2, .bidirectional = both}));
    model.eval();
    const auto fast = nn::optimize_for_inference(model);
    CHECK(fast.describe().find("not optimized") == std::string::npos);
    for (const Index batch : {1, 3, 40}) {
      const auto x = randn<T>({batch, 19, 5});
      CHECK(relative_error(fast(x), model(x)) < rounding<T>);
    }
    CHECK(test::error([&] { (void)fast(zeros<T>({2, 19, 4})); }).starts_with("[inference] input (2, 19, 4)"));
  }
}

TEST_CASE("inference: branches of bfloat16 products") {
  manual_seed(7);
  nn::Sequential<float> model(nn::Conv1D<float>(1, 20, {.kernel = 5, .stride = 2}), trained_norm<float>(20),
                              nn::ReLU<float>(), Residual<float>(20, 3), Gated<float>(20),
                              Residual<float>(40, 7), nn::Flatten<float>(), nn::Dense<float>(40 * 48, 6));
  model.eval();
  const auto fast = nn::optimize_for_inference(model, {.bfloat16 = true});
  CAPTURE(fast.describe());
  for (const Index batch : {1, 9}) {
    const auto x = randn<float>({batch, 1, 99});
    CHECK(relative_error(fast(x), model(x)) < 3e-2);
  }
}

TEST_CASE("inference: random graphs, optimized and as they are") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    manual_seed(seed);
    RandomGraph<double> model(seed, 5 + seed % 3 * 8);
    model.eval();
    const auto fast = nn::optimize_for_inference(model);
    INFO(fast.describe());
    for (const Index batch : {1, 4}) {
      const auto x = randn<double>({batch, 5 + seed % 3 * 8, 13 + seed % 9});
      const auto expected = model(x);
      CHECK(relative_error(fast(x), expected) < 1e-11);
      const test::Threads many(3);
      CHECK(relative_error(fast(x), expected) < 1e-11);
    }
  }
}

TEST_CASE("inference: any model of one input, without a Sequential around it") {
  manual_seed(3);
  Residual<float> block(8, 3);
  block.eval();
  const auto x = randn<float>({2, 8, 20});
  CHECK(relative_error(nn::optimize_for_inference(block)(x), block(x)) < rounding<float>);

  nn::Dense<float> dense(6, 3);
  const auto rows = randn<float>({4, 6});
  CHECK(relative_error(nn::optimize_for_inference(dense)(rows), dense(rows)) < rounding<float>);

  nn::Dropout<float> nothing(0.5);
  CHECK(relative_error(nn::optimize_for_inference(nothing)(rows), rows) == 0);
}

TEST_CASE("inference: layers of one's own run as they are, and are named") {
  manual_seed(4);
  nn::Sequential<float> model(nn::Conv1D<float>(2, 17, {.kernel = 3}), Centered<float>(), nn::ReLU<float>(),
                              nn::Flatten<float>(), nn::Dense<float>(17 * 8, 3), nn::Softmax<float>());
  model.eval();
  const auto fast = nn::optimize_for_inference(model);
  CHECK(fast.describe() ==
        "Inference(Conv1D(2, 17, kernel 3), not optimized: Centered, ReLU, Flatten + Dense(136, 3), not "
        "optimized: Softmax)");
  const auto x = randn<float>({3, 2, 10});
  const auto expected = model(x);
  CHECK(relative_error(fast(x), expected) < rounding<float>);
  // They have tensors of their own.
  for (Tensor<float>& parameter : model.parameters()) {
    const NoGrad guard;
    parameter.fill(0.5f);
  }
  CHECK(relative_error(fast(x), expected) < rounding<float>);
  CHECK(fast.state().size() == 0);
}

namespace {

/// x + a mean of each channel, broadcast; y * gate of another shape.
struct Broadcast : nn::Composite<Broadcast, float> {
  template <class X>
  X run(const X& x) const {
    const X mean = pool(x);
    return relu(x + mean) * tanh(mean);
  }
  nn::Members<float> members() override { return {{"pool", pool}}; }
  nn::AvgPool1D<float> pool{11};
};

struct Samples : nn::Composite<Samples, float> {
  template <class X>
  X run(const X& x) const {
    return concat(std::vector<X>{x, relu(x)}, 0);
  }
};

}  // namespace

TEST_CASE("inference: joins of other shapes") {
  const auto x = randn<float>({3, 4, 11});
  CHECK(relative_error(nn::optimize_for_inference(Broadcast())(x), Broadcast()(x)) < rounding<float>);
  const auto joined = nn::optimize_for_inference(Samples());
  CHECK(joined.describe() == "Inference(ReLU, not optimized: concatenation)");
  CHECK(relative_error(joined(x), Samples()(x)) == 0);
}

TEST_CASE("inference: a model is given as what it is") {
  struct Shortcut : nn::Sequential<float> {
    using Sequential::Sequential;
    Tensor<float> forward(const Tensor<float>& x) const override { return x + Sequential::forward(x); }
  };
  const Shortcut shortcut(nn::Dense<float>(3, 3));
  const nn::Sequential<float>& sliced = shortcut;
  CHECK(test::error([&] { (void)nn::optimize_for_inference(sliced); }).starts_with("[inference] a "));
  const auto x = randn<float>({2, 3});
  CHECK(relative_error(nn::optimize_for_inference(shortcut)(x), shortcut(x)) < rounding<float>);
}

namespace {

struct Branches : nn::Composite<Branches, float> {
  template <class X>
  X run(const X& x) const {
    const X stem = relu(first(x));
    return head(flatten(mix(stem) * tanh(gate(stem)) + stem));
  }
  nn::Members<float> members() override {
    return {{"first", first}, {"mix", mix}, {"gate", gate}, {"head", head}};
  }
  nn::Conv1D<float> first{1, 18, {.kernel = 4, .stride = 3}}, mix{18, 18, {.kernel = 1}},
      gate{18, 18, {.kernel = 1}};
  nn::Dense<float> head{18 * 66, 4};
};

}  // namespace

TEST_CASE("inference: graphs with branches skip zeros at the end, too") {
  manual_seed(6);
  Branches model;
  model.eval();
  const auto fast = nn::optimize_for_inference(model);
  auto x = rand<float>({64, 1, 200});
  for (Index n = 0; n < 64; ++n)
    for (Index i = n * 59 % 201; i < 200; ++i) x(n, 0, i) = 0;
  const auto expected = model(x), together = fast(x);
  CHECK(relative_error(together, expected) < rounding<float>);
  for (Index n = 0; n < 64; n += 5)
    CHECK(relative_error(fast(x.slice(n, n + 1)), expected.slice(n, n + 1)) < rounding<float>);
}
