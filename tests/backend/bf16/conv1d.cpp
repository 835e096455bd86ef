#include "ebb/backend/cpu/bf16/conv1d.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "backend/bf16/kernels.hpp"
#include "threads.hpp"

using namespace ebb;
using namespace ebb::test;
using cpu::bf16::Conv1DLayer;
using cpu::bf16::Conv1DWeights;

namespace {

template <class Out>
std::vector<Out> run_chain(const cpu::bf16::Kernel& kernel, const std::vector<Conv1DLayer>& layers,
                           const MaxWindows& pool, const std::vector<float>& x) {
  const Conv1DSizes& s = layers.back().sizes;
  const Index windows = (s.out_length() - pool.kernel) / pool.stride + 1;
  std::vector<Out> y(static_cast<std::size_t>(s.batch * s.filters * windows), Out(-1e30f));
  cpu::bf16::Conv1DChain<Out>(kernel, layers, pool)(x.data(), y.data());
  return y;
}

struct Problem {
  Problem(const Conv1DSizes& sizes, std::mt19937& random)
      : s(sizes),
        x(normal_numbers<float>(s.batch * s.channels * s.length, random)),
        w(normal_numbers<float>(s.filters * (s.channels / s.groups) * s.kernel, random)),
        bias(normal_numbers<float>(s.filters, random)) {}

  [[nodiscard]] std::vector<float> run(const cpu::bf16::Kernel& kernel, bool with_bias, bool relu) const {
    const Conv1DWeights weights(w.data(), s);
    return run_chain<float>(kernel, {{&weights, with_bias ? bias.data() : nullptr, relu, s}}, {}, x);
  }

  [[nodiscard]] Exact exact(Index n, Index f, Index j) const {
    const Index channels = s.channels / s.groups, group = f / (s.filters / s.groups);
    Exact sum;
    for (Index c = 0; c < channels; ++c) {
      for (Index k = 0; k < s.kernel; ++k) {
        const Index p = j * s.stride + k * s.dilation - s.padding;
        if (p < 0 || p >= s.length) continue;
        sum.add(x[static_cast<std::size_t>((n * s.channels + group * channels + c) * s.length + p)],
                w[static_cast<std::size_t>((f * channels + c) * s.kernel + k)]);
      }
    }
    return sum;
  }

  /// How many results are wrong.
  [[nodiscard]] int errors(const std::vector<float>& y, bool with_bias, bool relu) const {
    int wrong = 0;
    std::size_t i = 0;
    for (Index n = 0; n < s.batch; ++n)
      for (Index f = 0; f < s.filters; ++f)
        for (Index j = 0; j < s.out_length(); ++j, ++i)
          wrong += !exact(n, f, j).matches(y[i], with_bias ? bias[static_cast<std::size_t>(f)] : 0.0f, relu);
    return wrong;
  }

  Conv1DSizes s;
  std::vector<float> x, w, bias;
};

std::string text(const Conv1DSizes& s) {
  std::string all;
  for (const Index i :
       {s.batch, s.channels, s.length, s.filters, s.kernel, s.stride, s.padding, s.dilation, s.groups})
    all += std::to_string(i) + " ";
  return all;
}

Conv1DSizes random_sizes(std::mt19937& random) {
  const auto pick = [&](Index low, Index high) {
    return std::uniform_int_distribution<Index>(low, high)(random);
  };
  for (;;) {
    Conv1DSizes s{.batch = pick(1, 3), .length = pick(1, 120), .kernel = pick(1, 7), .stride = pick(1, 4)};
    s.groups = pick(0, 3) ? 1 : pick(2, 3);
    s.channels = s.groups * pick(1, 45);
    s.filters = s.groups * pick(1, 45);
    s.padding = pick(0, 3);
    s.dilation = pick(1, 3);
    if (s.length + 2 * s.padding > s.dilation * (s.kernel - 1)) return s;
  }
}

const std::vector<Conv1DSizes> special{
    {.batch = 2, .channels = 200, .length = 499, .filters = 33, .kernel = 5},
    {.batch = 2, .channels = 200, .length = 499, .filters = 40, .kernel = 4, .stride = 3},
    {.batch = 3, .channels = 1, .length = 1500, .filters = 20, .kernel = 4, .stride = 3},
    {.batch = 3, .channels = 1, .length = 100, .filters = 20, .kernel = 5, .stride = 3},
    {.batch = 1, .channels = 64, .length = 9000, .filters = 3, .kernel = 3, .padding = 1},  // several panels
    {.batch = 2, .channels = 6, .length = 40, .filters = 6, .kernel = 3, .groups = 6},
    {.batch = 2, .channels = 33, .length = 17, .filters = 16, .kernel = 1},  // an odd number of channels
    {.batch = 1, .channels = 40, .length = 5, .filters = 7, .kernel = 9, .padding = 8, .dilation = 2},
    {.batch = 0, .channels = 4, .length = 9, .filters = 5, .kernel = 3},
    {.batch = 2, .channels = 4, .length = 9, .filters = 0, .kernel = 3},
    {.batch = 2, .channels = 0, .length = 9, .filters = 5, .kernel = 3},
};

}  // namespace

TEST_CASE("bf16 conv1d: every kernel against exact sums") {
  std::mt19937 random(1);
  std::vector<Conv1DSizes> cases = special;
  for (int i = 0; i < 40; ++i) cases.push_back(random_sizes(random));
  for (const Conv1DSizes& s : cases) {
    const Problem problem(s, random);
    const bool with_bias = random() % 2, relu = random() % 2;
    for (const NamedKernel& named : kernels()) {
      CAPTURE(named.name);
      CAPTURE(text(s));
      CHECK(problem.errors(problem.run(*named.kernel, with_bias, relu), with_bias, relu) == 0);
    }
  }
}

TEST_CASE("bf16 conv1d: a chain gives the bits of its convolutions one after another, and of pooling") {
  std::mt19937 random(5);
  const auto pick = [&](Index low, Index high) {
    return std::uniform_int_distribution<Index>(low, high)(random);
  };
  for (int i = 0; i < 30; ++i) {
    const bool large = i == 0;  // cut into several parts
    const Index batch = pick(1, 3), count = large ? 2 : pick(1, 3);
    Index channels = large ? 1 : 2 * pick(1, 20), length = large ? 9000 : pick(60, 300);
    std::vector<Problem> problems;
    for (Index layer = 0; layer < count; ++layer) {
      Conv1DSizes s{.batch = batch,
                    .channels = channels,
                    .length = length,
                    .filters = 2 * pick(1, 35),
                    .kernel = pick(1, 5),
                    .stride = pick(1, 3),
                    .padding = layer == 0 ? pick(0, 2) : 0,
                    .dilation = pick(1, 2)};
      if (s.out_length() < 4) break;
      problems.emplace_back(s, random);
      channels = s.filters;
      length = s.out_length();
    }
    const Index stride = pick(1, 4);
    const MaxWindows pool{.kernel = pick(1, stride), .stride = stride};
    const bool relu = random() % 2;
    std::vector<Conv1DWeights> weights;
    std::vector<Conv1DLayer> layers;
    for (const auto& problem : problems) weights.emplace_back(problem.w.data(), problem.s);
    for (std::size_t l = 0; l < problems.size(); ++l)
      layers.push_back({&weights[l], problems[l].bias.data(), relu, problems[l].s});
    for (const NamedKernel& named : kernels()) {
      CAPTURE(named.name);
      CAPTURE(text(layers.back().sizes));
      std::vector<float> y = problems[0].x;
      for (const Conv1DLayer& layer : layers) y = run_chain<float>(*named.kernel, {layer}, {}, y);
      std::vector<float> pooled;
      for (auto row = y.begin(); row != y.end(); row += length)
        for (Index first = 0; first + pool.kernel <= length; first += pool.stride)
          pooled.push_back(*std::max_element(row + first, row + first + pool.kernel));
      std::vector<bfloat16> rounded;
      for (const float v : pooled) rounded.emplace_back(v);
      for (const int threads : {1, 3}) {
        const Threads many(threads);
        CHECK(run_chain<float>(*named.kernel, layers, pool, problems[0].x) == pooled);
        CHECK(run_chain<bfloat16>(*named.kernel, layers, pool, problems[0].x) == rounded);
      }
    }
  }
}

TEST_CASE("bf16 conv1d: a NaN is the largest of its window, and ReLU keeps it") {
  std::mt19937 random(6);
  Problem problem({.batch = 1, .channels = 2, .length = 64, .filters = 2, .kernel = 1}, random);
  const Conv1DWeights weights(problem.w.data(), problem.s);
  for (const std::size_t place : {10u, 11u, 12u, 35u}) {
    problem.x[place] = std::numeric_limits<float>::quiet_NaN();
    for (const NamedKernel& named : kernels()) {
      for (const bool relu : {false, true}) {
        CAPTURE(named.name);
        CAPTURE(relu);
        const auto y = run_chain<float>(*named.kernel, {{&weights, nullptr, relu, problem.s}},
                                        {.kernel = 3, .stride = 3}, problem.x);
        for (std::size_t i = 0; i < 21; ++i) CHECK(std::isnan(y[i]) == (i == place / 3));
      }
    }
    problem.x[place] = 0;
  }
}

TEST_CASE("bf16 conv1d: the tiles and their emulation give the same bits") {
  if (cpu::isa() < cpu::Isa::amx) {
    MESSAGE("not on this processor: matrix tiles");
    return;
  }
  std::mt19937 random(2);
  for (int i = 0; i < 10; ++i) {
    const Problem problem(random_sizes(random), random);
    CAPTURE(text(problem.s));
    CHECK(problem.run(cpu::x86::bf16_kernel(cpu::Isa::amx), true, false) ==
          problem.run(emulated_kernel(), true, false));
  }
}

TEST_CASE("bf16 conv1d: the same bits for any number of threads") {
  std::mt19937 random(3);
  for (const Conv1DSizes& s :
       {Conv1DSizes{.batch = 1, .channels = 20, .length = 499, .filters = 33, .kernel = 5},
        Conv1DSizes{.batch = 5, .channels = 40, .length = 100, .filters = 20, .kernel = 4, .stride = 3}}) {
    const Problem problem(s, random);
    for (const NamedKernel& named : kernels()) {
      CAPTURE(named.name);
      const Threads single(1);
      const std::vector<float> one = problem.run(*named.kernel, true, true);
      for (const int threads : {2, 3}) {
        const Threads many(threads);
        CHECK(problem.run(*named.kernel, true, true) == one);
      }
    }
  }
}

TEST_CASE("bf16 conv1d: what a filter does not cover does not matter") {
  std::mt19937 random(4);
  const Conv1DSizes s{.batch = 1, .channels = 10, .length = 60, .filters = 4, .kernel = 5};
  Problem problem(s, random);
  for (const NamedKernel& named : kernels()) {
    CAPTURE(named.name);
    const std::vector<float> finite = problem.run(*named.kernel, true, false);
    constexpr std::size_t channel = 7, place = 31;
    Problem other = problem;
    other.x[channel * 60 + place] = std::numeric_limits<float>::infinity();
    const std::vector<float> y = other.run(*named.kernel, true, false);
    for (std::size_t f = 0; f < 4; ++f) {
      for (std::size_t j = 0; j < 56; ++j) {
        if (j + 5 > place && j <= place) {
          CHECK_FALSE(std::isfinite(y[f * 56 + j]));
        } else {
          CHECK(y[f * 56 + j] == finite[f * 56 + j]);
        }
      }
    }
  }
}
