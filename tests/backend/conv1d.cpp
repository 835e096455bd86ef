// The convolution kernels among each other: every algorithm and instruction set against the portable kernels
// in double, over random shapes; and the same bits for any number of threads.
#include "backend/conv1d.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/backend/cpu/packed_conv1d.hpp"
#include "threads.hpp"

using namespace ebb;
using namespace ebb::test;

namespace {

template <class T>
void check_close(const Results<T>& r, const Results<double>& expected, double tolerance) {
  CHECK(error(r.y, expected.y) < tolerance);
  CHECK(error(r.dx, expected.dx) < tolerance);
  CHECK(error(r.dw, expected.dw) < tolerance);
  CHECK(error(r.db, expected.db) < tolerance);
}

void check_shape(const Operands<double>& o, const Conv1DSizes& s) {
  CAPTURE(s.batch);
  CAPTURE(s.channels);
  CAPTURE(s.length);
  CAPTURE(s.filters);
  CAPTURE(s.kernel);
  CAPTURE(s.stride);
  CAPTURE(s.padding);
  CAPTURE(s.dilation);
  CAPTURE(s.groups);
  const Results<double> expected = portable(o, s);
  check_close(computed(o, s), expected, 2e-14);
  check_close(computed(narrowed(o), s), expected, 3e-6);
}

}  // namespace

TEST_CASE("both algorithms agree with the portable kernels on random shapes") {
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i) {
    const Conv1DSizes s = random_sizes(random, i % 2 == 0);
    check_shape(operands(random, s), s);
  }
}

TEST_CASE("more or fewer zeros behind the rows than in front") {
  std::mt19937 random(12);
  for (int i = 0; i < 40; ++i) {
    Conv1DSizes s = random_sizes(random, i % 2 == 0);
    s.uneven = between(random, -s.padding, 5);
    if (s.padded_length() < s.reach()) s.uneven = s.reach() - s.length - 2 * s.padding;
    check_shape(operands(random, s), s);
  }
}

TEST_CASE("empty operands: results and gradients are the bias, 0 or nothing") {
  std::mt19937 random(11);
  for (const ConvAlgorithm algorithm : {ConvAlgorithm::direct, ConvAlgorithm::winograd}) {
    for (Conv1DSizes s :
         {Conv1DSizes{.batch = 2, .channels = 0, .length = 20, .filters = 3, .kernel = 3},
          Conv1DSizes{.batch = 2, .channels = 3, .length = 20, .filters = 0, .kernel = 3},
          Conv1DSizes{.batch = 2, .channels = 3, .length = 0, .filters = 4, .kernel = 3, .padding = 2},
          Conv1DSizes{.batch = 0, .channels = 16, .length = 20, .filters = 16, .kernel = 3}}) {
      s.algorithm = algorithm;
      check_shape(operands(random, s), s);
    }
  }
}

TEST_CASE("groups of one channel agree with the portable kernels") {
  std::mt19937 random(10);
  const auto check = [&](const Conv1DSizes& s) {
    const Operands<double> o = operands(random, s);
    check_shape(o, s);
    // Packed, with a ReLU.
    const auto packed = cpu::pack_conv1d<double>({{o.w, o.b, s, s.padding, true}}, {}, false);
    std::vector<double> y(o.dy.size()), clipped(o.dy.size());
    packed->run(o.x.data(), nullptr, y.data(), s.batch, s.length);
    cpu::portable::conv1d(o.x.data(), o.w.data(), o.b.data(), clipped.data(), s);
    for (double& value : clipped) value = std::max(value, 0.0);
    CHECK(error(y, clipped) < 2e-14);
  };
  for (int i = 0; i < 60; ++i) {
    Conv1DSizes s = random_sizes(random, false);
    s.channels = s.groups;
    check(s);
  }
  check({.batch = 2, .channels = 3, .length = 80, .filters = 3 * 130, .kernel = 3, .groups = 3});
  check({.batch = 1, .channels = 1, .length = 30000, .filters = 3, .kernel = 4, .stride = 2});
  check({.batch = 1,
         .channels = 1,
         .length = 30000,
         .filters = 3,
         .kernel = 4,
         .stride = 2,
         .padding = 5,
         .dilation = 3});
  // More results than caches hold, in rows that begin anywhere.
  check({.batch = 9, .channels = 1, .length = 1500, .filters = 1000, .kernel = 5, .stride = 3});
  check({.batch = 3, .channels = 2, .length = 9, .filters = 500000, .kernel = 2, .groups = 2});
}

TEST_CASE("directly, an infinite sample reaches no output but those whose windows contain it") {
  std::mt19937 random(14);
  const auto check = [&](const Conv1DSizes& s) {
    CAPTURE(s.channels);
    CAPTURE(s.stride);
    Operands<float> o = narrowed(operands(random, s));
    const Index sample = s.batch - 1, channel = s.channels / 2;
    Index reached = 0, wrong = 0;
    for (const Index place : {Index{0}, s.length / 3, s.length - 1}) {
      float& x = o.x[static_cast<std::size_t>((sample * s.channels + channel) * s.length + place)];
      const float before = std::exchange(x, std::numeric_limits<float>::infinity());
      std::vector<float> y(o.dy.size());
      Cpu::conv1d(o.x.data(), o.w.data(), o.b.data(), y.data(), s);
      x = before;
      for (Index i = 0; i < static_cast<Index>(y.size()); ++i) {
        const Index m = s.out_length(), filter = i / m % s.filters;
        // The distance from the window's first sample.
        const Index away = place + s.padding - i % m * s.stride;
        const bool sees = i / m / s.filters == sample &&
                          filter / (s.filters / s.groups) == channel / (s.channels / s.groups) && away >= 0 &&
                          away % s.dilation == 0 && away / s.dilation < s.kernel;
        reached += sees;
        wrong += std::isfinite(y[static_cast<std::size_t>(i)]) == sees;
      }
    }
    CHECK(reached > 0);
    CHECK(wrong == 0);
  };
  for (Conv1DSizes s :
       {Conv1DSizes{.batch = 2, .channels = 1, .length = 100, .filters = 5, .kernel = 4, .padding = 2},
        Conv1DSizes{.batch = 3, .channels = 20, .length = 100, .filters = 33, .kernel = 5, .padding = 4},
        Conv1DSizes{.batch = 2, .channels = 6, .length = 700, .filters = 9, .kernel = 7, .groups = 3}}) {
    s.algorithm = ConvAlgorithm::direct;
    check(s);
    s.dilation = 3;
    check(s);
    s.stride = 2;
    check(s);
    s.padding += 5;
    s.stride = 3;
    s.dilation = 1;
    check(s);
  }
}

TEST_CASE("any number of threads gives the same bits") {
  std::mt19937 random(9);
  const auto check = [&](const Conv1DSizes& s) {
    const Operands<float> o = narrowed(operands(random, s));
    const auto with_threads = [&](int count) {
      const Threads threads(count);
      return computed(o, s);
    };
    const Results<float> one = with_threads(1);
    for (const int count : {2, 3, 5}) {
      const Results<float> many = with_threads(count);
      CHECK(many.y == one.y);
      CHECK(many.dx == one.dx);
      CHECK(many.dw == one.dw);
      CHECK(many.db == one.db);
    }
  };
  for (const Index batch : {5, 40}) {  // gradients of weights are summed by groups of samples
    for (const Index channels : {1, 37}) {
      Conv1DSizes s{.batch = batch, .channels = channels, .length = 103, .filters = 21, .kernel = 5};
      s.algorithm = ConvAlgorithm::winograd;
      check(s);
      s.algorithm = ConvAlgorithm::direct;
      check(s);
      s.stride = 3;
      check(s);
    }
  }
}
