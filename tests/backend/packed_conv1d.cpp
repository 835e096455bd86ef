// Convolutions packed for inference, with a layer of one channel in front and max pooling behind, against the
// portable kernels one after the other.
#include "ebb/backend/cpu/packed_conv1d.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "backend/conv1d.hpp"

using namespace ebb;
using namespace ebb::test;

TEST_CASE("packed layers with one of one channel in front and max pooling behind") {
  std::mt19937 random(12);
  const auto cut_off = [](double value) { return value < 0 ? 0 : value; };
  const auto check = [&](const Conv1DSizes& front, const Conv1DSizes& layer, const MaxWindows& pool) {
    CAPTURE(front.batch);
    CAPTURE(front.length);
    CAPTURE(layer.channels);
    CAPTURE(layer.filters);
    CAPTURE(layer.kernel);
    CAPTURE(layer.stride);
    CAPTURE(pool.kernel);
    CAPTURE(pool.stride);
    Operands<double> first = operands(random, front), second = operands(random, layer);
    const bool direct = layer.algorithm == ConvAlgorithm::direct;
    // The largest number of every window that sees it.
    if (direct) first.x[first.x.size() / 2] = std::numeric_limits<double>::quiet_NaN();
    const bool tiled = cpu::isa() >= cpu::Isa::avx2;
    REQUIRE(cpu::takes_conv1d<double>({front}, layer, false) == tiled);
    if (!tiled) return;
    REQUIRE(cpu::takes_max_pool<double>({front, layer}, pool, false) == direct);
    const std::vector<double> no_bias(static_cast<std::size_t>(layer.filters));
    const auto packed = cpu::pack_conv1d<double>(
        {{first.w, first.b, front, front.padding, true}, {second.w, no_bias, layer, layer.padding, true}},
        pool, false);

    std::vector<double> between(second.x.size()), all(second.dy.size());
    cpu::portable::conv1d(first.x.data(), first.w.data(), first.b.data(), between.data(), front);
    std::transform(between.begin(), between.end(), between.begin(), cut_off);
    cpu::portable::conv1d<double>(between.data(), second.w.data(), nullptr, all.data(), layer);
    std::transform(all.begin(), all.end(), all.begin(), cut_off);
    const Index m = layer.out_length(), count = pool.count(m), rows = layer.batch * layer.filters;
    std::vector<double> expected(static_cast<std::size_t>(rows * count)), y(expected.size());
    Cpu::max_pool1d(all.data(), expected.data(), static_cast<std::int32_t*>(nullptr),
                    {.rows = rows, .length = m, .kernel = pool.kernel, .stride = pool.stride});
    packed->run(first.x.data(), nullptr, y.data(), front.batch, front.length);
    for (std::size_t i = 0; i < y.size(); ++i)
      if (std::isnan(y[i]) && std::isnan(expected[i])) y[i] = expected[i] = 0;
    CHECK(error(y, expected) < 2e-14);
  };
  for (int i = 0; i < 60; ++i) {
    const MaxWindows pool{.kernel = 1, .stride = between(random, 1, 4)};
    const Index stride = between(random, 1, 5);
    Conv1DSizes front = random_sizes(random, false);
    front.channels = front.groups = 1;
    front.filters = between(random, 2, 40);
    front.kernel = between(random, 1, 8);
    Conv1DSizes layer{.batch = front.batch,
                      .channels = front.filters,
                      .filters = between(random, 1, 40),
                      .kernel = between(random, 1, 2 * stride),
                      .stride = stride,
                      .dilation = between(random, 1, 2),
                      .algorithm = ConvAlgorithm::direct};
    // Some rows are longer than the columns that are unfolded together.
    const Index positions = pool.stride + between(random, 0, i % 8 == 0 ? 700 : 90);
    const Index seen = (positions - 1) * layer.stride + layer.dilation * (layer.kernel - 1) + 1;
    front.padding = std::min(front.padding, (seen - 1) / 2);
    front.length = std::max<Index>(
        1, (seen - 1) * front.stride + front.dilation * (front.kernel - 1) + 1 - 2 * front.padding);
    layer.length = front.out_length();
    check(front, layer, {.kernel = between(random, 1, pool.stride), .stride = pool.stride});
  }
  for (int i = 0; i < 40; ++i) {
    Conv1DSizes front = random_sizes(random, false);
    front.channels = front.groups = 1;
    front.filters = between(random, 2, 40);
    front.kernel = between(random, 1, 8);
    front.length += 5 * front.stride + 7 * front.dilation;
    check(front,
          {.batch = front.batch,
           .channels = front.filters,
           .length = front.out_length(),
           .filters = between(random, 1, 40),
           .kernel = between(random, 3, 5),
           .algorithm = ConvAlgorithm::winograd},
          {});
  }
}

TEST_CASE("packed layers: groups, and pooling windows longer than the row") {
  std::mt19937 random(13);
  const auto check = [&](const Conv1DSizes& s, const MaxWindows& pool) {
    CAPTURE(s.length);
    const Operands<double> o = operands(random, s);
    const bool tiled = cpu::isa() >= cpu::Isa::avx2;
    REQUIRE(cpu::takes_max_pool<double>({s}, pool, false) == tiled);
    if (!tiled) return;
    const auto packed = cpu::pack_conv1d<double>({{o.w, o.b, s, s.padding, false}}, pool, false);
    const Results<double> all = portable(o, s);
    const Index m = s.out_length(), count = pool.count(m), rows = s.batch * s.filters;
    std::vector<double> expected(static_cast<std::size_t>(rows * count)), y(expected.size());
    if (count > 0)
      Cpu::max_pool1d(all.y.data(), expected.data(), static_cast<std::int32_t*>(nullptr),
                      {.rows = rows, .length = m, .kernel = pool.kernel, .stride = pool.stride});
    packed->run(o.x.data(), nullptr, y.data(), s.batch, s.length);
    CHECK(error(y, expected) < 2e-14);
  };
  for (const Index batch : {0, 1, 5}) {
    for (const Index length : {5, 6, 11, 200}) {
      check({.batch = batch, .channels = 5, .length = length, .filters = 4, .kernel = 3, .stride = 2},
            {3, 3});
      check({.batch = batch, .channels = 6, .length = length, .filters = 34, .kernel = 4, .groups = 2},
            {2, 3});
    }
  }
}

TEST_CASE("packed layers: additions, apart and in place, with and without ReLU") {
  std::mt19937 random(14);
  for (int i = 0; i < 120; ++i) {
    Conv1DSizes s = random_sizes(random, i % 2 == 0);
    if (i % 2 == 0) {
      s.kernel = between(random, 3, 5);
      s.stride = s.dilation = 1;
      s.length = between(random, 6, 120);
      s.padding = std::min(s.padding, s.kernel - 1);
      s.algorithm = ConvAlgorithm::winograd;
    }
    CAPTURE(s.batch);
    CAPTURE(s.length);
    CAPTURE(s.channels);
    CAPTURE(s.filters);
    CAPTURE(s.kernel);
    if (!cpu::takes_addition<double>({s}, false)) continue;
    const Operands<double> o = operands(random, s);
    const bool relu = i % 3 == 0;
    const auto packed = cpu::pack_conv1d<double>({{o.w, o.b, s, s.padding, relu}}, {}, false);
    std::vector<double> expected = portable(o, s).y, y(expected.size());
    for (std::size_t k = 0; k < y.size(); ++k) {
      expected[k] += o.dy[k];
      if (relu && expected[k] < 0) expected[k] = 0;
    }
    packed->run(o.x.data(), o.dy.data(), y.data(), s.batch, s.length);
    CHECK(error(y, expected) < 2e-14);
    if (!cpu::adds_in_place<double>(s, false)) continue;
    std::vector<double> in_place = o.dy;
    packed->run(o.x.data(), in_place.data(), in_place.data(), s.batch, s.length);
    CHECK(in_place == y);
  }
}
