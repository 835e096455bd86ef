#include "ebb/nn/inference.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "compare.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/pool.hpp"
#include "ebb/ops/clamp.hpp"
#include "ebb/ops/slice.hpp"
#include "nn/inference_case.hpp"
#include "threads.hpp"

using namespace ebb;
using test::relative_error;
using test::trained_norm;

namespace {

struct Convolution {
  Index filters, kernel, stride;
};

/// The network of the Deep Packet paper for packets (N, 1, length).
template <class T>
nn::Sequential<T> packet_network(const Convolution& first, const Convolution& second, Index length = 1500) {
  manual_seed(5);
  nn::Sequential<T> model;
  Index channels = 1;
  for (const Convolution& c : {first, second}) {
    model.add(nn::Conv1D<T>(channels, c.filters, {.kernel = c.kernel, .stride = c.stride}));
    model.add(trained_norm<T>(c.filters));
    model.add(nn::ReLU<T>());
    channels = c.filters;
    length = (length - c.kernel) / c.stride + 1;
  }
  model.add(nn::MaxPool1D<T>(2));
  model.add(nn::Flatten<T>());
  Index width = channels * (length / 2);
  for (const Index next : {Index{60}, Index{30}}) {
    model.add(nn::Dense<T>(width, next));
    model.add(nn::ReLU<T>());
    model.add(nn::Dropout<T>(0.05));
    width = next;
  }
  model.add(nn::Dense<T>(width, 7));
  model.eval();
  return model;
}

/// Random samples (N, channels, length); sample i is zero from used[i] on.
template <class T>
Tensor<T> samples(const std::vector<Index>& used, Index channels, Index length) {
  const auto count = static_cast<Index>(used.size());
  Tensor<T> x = rand<T>({count, channels, length});
  for (Index n = 0; n < count; ++n)
    for (Index c = 0; c < channels; ++c)
      for (Index i = used[static_cast<std::size_t>(n)]; i < length; ++i) x(n, c, i) = T(0);
  return x;
}

template <class T>
constexpr double rounding = sizeof(T) == 4 ? 5e-6 : 1e-13;

constexpr Convolution app_first{200, 4, 3}, app_second{200, 5, 1}, traffic_first{200, 5, 3},
    traffic_second{200, 4, 3};

}  // namespace

TEST_CASE("inference: both networks of the paper, as the model computes them") {
  for (const auto& [first, second] :
       {std::pair{app_first, app_second}, std::pair{traffic_first, traffic_second}}) {
    const auto model = packet_network<float>(first, second);
    const auto fast = nn::optimize_for_inference(model);
    for (const Index batch : {1, 2, 5, 37}) {
      const auto x = rand<float>({batch, 1, 1500});
      CHECK(relative_error(fast(x), model(x)) < rounding<float>);
    }
    CHECK(fast(zeros<float>({0, 1, 1500})).shape() == Shape{0, 7});
  }
}

TEST_CASE_TEMPLATE("inference: samples of every length behind which there are zeros", T, float, double) {
  const std::vector<std::pair<Convolution, Convolution>> networks{
      {{24, 4, 3}, {17, 5, 1}}, {{24, 5, 3}, {20, 4, 3}}, {{7, 3, 2}, {3, 3, 1}}, {{5, 1, 1}, {40, 6, 2}}};
  for (const auto& [first, second] : networks) {
    const auto model = packet_network<T>(first, second, 211);
    const auto fast = nn::optimize_for_inference(model);
    std::vector<Index> used;
    for (Index i = 0; i <= 211; ++i) used.push_back(i * 59 % 212);
    const auto x = samples<T>(used, 1, 211);
    const auto expected = model(x), together = fast(x);
    CHECK(relative_error(together, expected) < rounding<T>);
    for (Index n = 0; n < x.shape(0); n += 7) {
      INFO("length " << used[static_cast<std::size_t>(n)]);
      CHECK(relative_error(fast(x.slice(n, n + 1)), expected.slice(n, n + 1)) < rounding<T>);
    }
  }
}

TEST_CASE("inference: packets of random lengths through the networks of the paper") {
  for (const auto& [first, second] :
       {std::pair{app_first, app_second}, std::pair{traffic_first, traffic_second}}) {
    const auto model = packet_network<float>(first, second);
    const auto fast = nn::optimize_for_inference(model);
    const auto x = samples<float>({0, 1, 1500, 2, 733, 40, 40, 1499, 366, 3, 1200, 64}, 1, 1500);
    CHECK(relative_error(fast(x), model(x)) < rounding<float>);
  }
}

TEST_CASE_TEMPLATE("inference: layers in any order", T, float, double) {
  manual_seed(3);
  std::vector<nn::Sequential<T>> models;
  // Batch normalization with nothing to be folded into, padding, groups, dilation, averages.
  auto& convolutions = models.emplace_back();
  convolutions.add(trained_norm<T>(2));
  convolutions.add(nn::Conv1D<T>(2, 8, {.kernel = 3, .padding = 1}));
  convolutions.add(nn::ReLU<T>());
  convolutions.add(trained_norm<T>(8));
  convolutions.add(nn::Conv1D<T>(8, 6, {.kernel = 4, .stride = 2, .padding = 3, .dilation = 2, .groups = 2}));
  convolutions.add(nn::AvgPool1D<T>(3, {.stride = 2, .padding = 1}));
  convolutions.add(nn::Dropout<T>(0.5));
  convolutions.add(trained_norm<T>(6));
  convolutions.add(nn::Tanh<T>());
  // Averages and dilation in front of Dense: the tail is skipped.
  auto& skipping = models.emplace_back();
  skipping.add(nn::Conv1D<T>(2, 18, {.kernel = 3, .dilation = 2, .bias = false}));
  skipping.add(nn::Dropout<T>(0.1));
  skipping.add(trained_norm<T>(18));
  skipping.add(nn::AvgPool1D<T>(3, {.stride = 2}));
  skipping.add(nn::Conv1D<T>(18, 16, {.kernel = 3, .algorithm = ConvAlgorithm::direct}));
  skipping.add(nn::ReLU<T>());
  skipping.add(nn::MaxPool1D<T>(3, {.stride = 1}));
  skipping.add(nn::Flatten<T>());
  skipping.add(nn::Dense<T>(16 * 12, 9, {.bias = false}));
  skipping.add(trained_norm<T>(9));
  skipping.add(nn::Sequential<T>(nn::ReLU<T>(), nn::Dense<T>(9, 4), nn::LeakyReLU<T>(0.1)));
  skipping.add(nn::Softmax<T>());
  // A window that sees padding sees no tail.
  auto& padded = models.emplace_back();
  padded.add(nn::Conv1D<T>(2, 17, {.kernel = 5, .padding = 2}));
  padded.add(nn::ReLU<T>());
  padded.add(nn::Conv1D<T>(17, 16, {.kernel = 5, .padding = 4}));
  padded.add(nn::Flatten<T>());
  padded.add(nn::Dense<T>(16 * 41, 5));
  // Dense alone, of the input.
  models.emplace_back().add(nn::Flatten<T>()).add(nn::Dense<T>(74, 33)).add(nn::Sigmoid<T>());
  // Nothing that could be packed.
  models.emplace_back().add(nn::MaxPool1D<T>(2)).add(nn::GlobalAvgPool1D<T>());
  models.emplace_back();
  for (auto& model : models) {
    model.eval();
    const auto fast = nn::optimize_for_inference(model);
    INFO(fast.describe());
    for (const auto& used : std::vector<std::vector<Index>>{{37}, {0, 37, 12, 5, 6}, {20, 20, 20}}) {
      const auto x = samples<T>(used, 2, 37);
      CHECK(relative_error(fast(x), model(x)) < rounding<T>);
    }
  }
}

TEST_CASE("inference: what the model learns later changes nothing") {
  auto model = packet_network<float>({6, 4, 3}, {6, 5, 1}, 200);
  model.add(trained_norm<float>(7));
  model.eval();
  const auto fast = nn::optimize_for_inference(model);
  const auto x = rand<float>({3, 1, 200});
  const auto before = fast(x);
  for (Tensor<float>& parameter : model.parameters()) {
    const NoGrad guard;
    parameter.fill(0.5f);
  }
  CHECK(relative_error(fast(x), before) == 0);
  CHECK(model.is_training() == false);
}

TEST_CASE("inference: one object in two threads, and any number of threads inside") {
  const auto model = packet_network<float>({24, 4, 3}, {24, 5, 1}, 700);
  const auto fast = nn::optimize_for_inference(model);
  const std::vector<Tensor<float>> inputs{samples<float>({700, 3, 250, 699, 1, 30, 512}, 1, 700),
                                          samples<float>({0, 700}, 1, 700)};
  std::vector<Tensor<float>> expected;
  const test::Threads one(1);
  for (const auto& x : inputs) expected.push_back(fast(x));
  for (const int count : {2, 3, 7}) {
    const test::Threads many(count);
    for (std::size_t i = 0; i < inputs.size(); ++i) CHECK(relative_error(fast(inputs[i]), expected[i]) == 0);
  }
  std::vector<int> wrong(2);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      for (int repetition = 0; repetition < 50; ++repetition) {
        const Tensor<float> y = fast(inputs[i]);
        wrong[i] += !std::equal(y.span().begin(), y.span().end(), expected[i].span().begin());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>{0, 0});
}

TEST_CASE("inference: a steady state takes no memory from the system") {
  if (EBB_ADDRESS_SANITIZER) return;
  const test::Threads one(1);
  const auto fast = nn::optimize_for_inference(packet_network<float>({24, 4, 3}, {24, 5, 1}, 700));
  const auto x = samples<float>({700, 3, 250, 699}, 1, 700);
  (void)fast(x);
  const auto calls = cpu::Memory::allocator().statistics().system_calls;
  for (int repetition = 0; repetition < 5; ++repetition) (void)fast(x);
  CHECK(cpu::Memory::allocator().statistics().system_calls == calls);
}

TEST_CASE("inference: products of bfloat16 numbers are good for two digits") {
  for (const auto& [first, second] :
       {std::pair{app_first, app_second}, std::pair{traffic_first, traffic_second}}) {
    const auto model = packet_network<float>(first, second);
    const auto fast = nn::optimize_for_inference(model, {.bfloat16 = true});
    const auto x = samples<float>({1500, 0, 733, 40}, 1, 1500);
    const double lost = relative_error(fast(x), model(x));
    CHECK(lost < 2e-2);
    CHECK(lost > 1e-5);
  }
}

TEST_CASE("inference: in bfloat16 the batch and the zeros behind a sample change no result") {
  for (const auto& [first, second] : {std::pair{Convolution{24, 4, 3}, Convolution{18, 5, 1}},
                                      std::pair{Convolution{24, 5, 3}, Convolution{20, 4, 3}}}) {
    const auto model = packet_network<float>(first, second, 211);
    const auto fast = nn::optimize_for_inference(model, {.bfloat16 = true});
    std::vector<Index> used;
    for (Index i = 0; i <= 211; i += 3) used.push_back(i * 59 % 212);
    const auto x = samples<float>(used, 1, 211);
    const auto together = fast(x);
    CHECK(relative_error(together, model(x)) < 2e-2);
    for (Index n = 0; n < x.shape(0); n += 5) {
      INFO("length " << used[static_cast<std::size_t>(n)]);
      CHECK(relative_error(fast(x.slice(n, n + 1)), together.slice(n, n + 1)) < rounding<float>);
    }
  }
}

TEST_CASE("inference: convolutions and poolings of bfloat16 products, in any order") {
  manual_seed(4);
  std::vector<nn::Sequential<float>> models;
  // An odd number of channels, padding and groups in the middle, more steps than are worth doing twice.
  auto& apart = models.emplace_back();
  apart.add(nn::Conv1D<float>(2, 7, {.kernel = 3}));
  apart.add(nn::Conv1D<float>(7, 12, {.kernel = 4, .padding = 2}));
  apart.add(nn::Conv1D<float>(12, 40, {.kernel = 3, .groups = 2}));
  apart.add(nn::Conv1D<float>(40, 16, {.kernel = 5, .stride = 2}));
  // Poolings that the convolution takes, and those that it does not.
  auto& pooled = models.emplace_back();
  pooled.add(nn::Conv1D<float>(2, 12, {.kernel = 3, .padding = 1}));
  pooled.add(nn::ReLU<float>());
  pooled.add(nn::Conv1D<float>(12, 10, {.kernel = 2, .dilation = 3}));
  pooled.add(nn::MaxPool1D<float>(2, {.stride = 3}));
  pooled.add(nn::MaxPool1D<float>(2));
  pooled.add(nn::Conv1D<float>(10, 8, {.kernel = 3}));
  pooled.add(nn::MaxPool1D<float>(3, {.stride = 1}));
  pooled.add(nn::Flatten<float>());
  pooled.add(nn::Dense<float>(8 * 11, 5));
  for (auto& model : models) {
    model.eval();
    const auto fast = nn::optimize_for_inference(model, {.bfloat16 = true});
    INFO(fast.describe());
    for (const auto& used : std::vector<std::vector<Index>>{{97}, {0, 97, 12, 5, 61}}) {
      const auto x = samples<float>(used, 2, 97);
      CHECK(relative_error(fast(x), model(x)) < 2e-2);
    }
  }
}

namespace {

// Layers that are layers of the library and something more.
struct Shortcut : nn::Sequential<float> {
  using Sequential::Sequential;
  Tensor<float> forward(const Tensor<float>& x) const override { return x + Sequential::forward(x); }
};
struct Doubled : nn::Dense<float> {
  using Dense::Dense;
  Tensor<float> forward(const Tensor<float>& x) const override { return Dense::forward(x) * 2.0f; }
};
struct Halved : nn::Dropout<float> {
  using Dropout::Dropout;
  Tensor<float> forward(const Tensor<float>& x) const override { return x * 0.5f; }
};
struct Shifted : nn::BatchNorm<float> {
  using BatchNorm::BatchNorm;
  Tensor<float> forward(const Tensor<float>& x) const override { return BatchNorm::forward(x) + 1.0f; }
};
struct Capped : nn::ReLU<float> {
  Tensor<float> forward(const Tensor<float>& x) const override { return clamp(x, 0.0f, 0.1f); }
};

}  // namespace

TEST_CASE("inference: classes derived from a layer compute what they say") {
  manual_seed(17);
  nn::Sequential<float> model(Shortcut(nn::Dense<float>(6, 6), nn::ReLU<float>()), Doubled(6, 5),
                              nn::ReLU<float>(), Shifted(5), nn::ReLU<float>(), Halved(0.5),
                              nn::Dense<float>(5, 4), Capped());
  model.eval();
  const auto x = randn<float>({9, 6});
  const Tensor<float> expected = [&] {
    Tensor<float> y = x;
    for (Index i = 0; i < model.size(); ++i) y = model[i].forward(y);
    return y;
  }();
  CHECK(relative_error(model(x), expected) < rounding<float>);
  CHECK(relative_error(nn::optimize_for_inference(model)(x), expected) < rounding<float>);
}

TEST_CASE("inference: takes inputs of the rank that the model takes") {
  const nn::Sequential<float> dense(nn::Dense<float>(6, 2)),
      flat(nn::Flatten<float>(), nn::Dense<float>(6, 2)),
      unflattened(nn::Conv1D<float>(1, 2, {.kernel = 3}), nn::Dense<float>(6, 2));
  for (const auto* model : {&dense, &flat, &unflattened}) {
    const auto fast = nn::optimize_for_inference(*model);
    for (const Shape& shape : {Shape{6}, Shape{2, 6}, Shape{2, 3, 2}, Shape{2, 1, 5}, Shape{6, 1, 1}}) {
      CAPTURE(shape);
      const auto x = randn<float>(shape);
      const auto fits = [&](const auto& f) { return test::error([&] { (void)f(x); }) == "nothing thrown"; };
      CHECK(fits(fast) == fits(*model));
    }
  }
}

TEST_CASE("inference: errors") {
  const auto fast = nn::optimize_for_inference(packet_network<float>({6, 4, 3}, {6, 5, 1}, 200));
  CHECK(test::error([&] {
          (void)fast(zeros<float>({2, 1, 190}));
        }).starts_with("[inference] input (2, 1, 190) does not fit Conv1D(1, 6, kernel 4, stride 3) + "));
  for (const Shape& shape : {Shape{2, 2, 200}, Shape{2, 200}, Shape{2, 1, 3}})
    CHECK(test::error([&] { (void)fast(zeros<float>(shape)); }).starts_with("[inference] input"));
  nn::Sequential<float> odd(nn::Conv1D<float>(1, 4, {.kernel = 3}), nn::Flatten<float>(),
                            nn::Dense<float>(9, 2));
  CHECK(test::error([&] { (void)nn::optimize_for_inference(odd); }) ==
        "[inference] Conv1D(1, 4, kernel 3) + Flatten + Dense(9, 2): 4 channels cannot make 9 features");
  nn::Conv1D<float> changed(16, 16, {.kernel = 5, .algorithm = ConvAlgorithm::winograd});
  changed.options.stride = 2;
  CHECK(test::error([&] {
          (void)nn::optimize_for_inference(nn::Sequential<float>(changed));
        }).starts_with("[conv1d] Winograd's method wants stride 1"));
  CHECK(test::error([] {
          (void)nn::optimize_for_inference(nn::Sequential<double>(), {.bfloat16 = true});
        }).starts_with("[inference] products of bfloat16 numbers"));
}

TEST_CASE("inference: windows that move or reach far beyond the row") {
  const Tensor<float> x = randn<float>({3, 2, 9});
  nn::Sequential<float> model(nn::Conv1D<float>(2, 20, {.kernel = 3, .stride = 2147483647}),
                              nn::ReLU<float>(), nn::Flatten<float>(), nn::Dense<float>(20, 2));
  model.eval();
  CHECK(test::difference(nn::optimize_for_inference(model)(x), test::doubles(model(x))) < 1e-5);

  for (const Index kernel : {INT64_MAX, Index{1} << 60, Index{-1}}) {
    nn::Sequential<float> pooling(nn::Conv1D<float>(2, 20, {.kernel = 3}), nn::MaxPool1D<float>(kernel));
    pooling.eval();
    const auto optimized = nn::optimize_for_inference(pooling);
    CHECK(test::error([&] { (void)optimized(x); }).find("[max_pool1d]") == 0);
  }
}
