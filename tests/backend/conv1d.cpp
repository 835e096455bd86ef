// The convolution kernels among each other: every algorithm and instruction set against the portable kernels
// in double, over random shapes; how exact each algorithm is; and the same bits for any number of threads.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/backend/cpu.hpp"
#include "ebb/backend/cpu/packed_conv1d.hpp"

using namespace ebb;

namespace {

template <class T>
struct Operands {
  std::vector<T> x, w, b, dy;
};

template <class T>
struct Results {
  std::vector<T> y, dx, dw, db;
};

std::vector<double> numbers(std::mt19937& random, Index count) {
  std::normal_distribution<double> normal;
  std::vector<double> values(static_cast<std::size_t>(count));
  // Representable in float, so that every type computes with the same numbers.
  for (double& value : values) value = static_cast<double>(static_cast<float>(normal(random)));
  return values;
}

Operands<double> operands(std::mt19937& random, const Conv1DSizes& s) {
  return {numbers(random, s.batch * s.channels * s.length),
          numbers(random, s.filters * (s.channels / s.groups) * s.kernel), numbers(random, s.filters),
          numbers(random, s.batch * s.filters * s.out_length())};
}

Operands<float> narrowed(const Operands<double>& o) {
  const auto narrow = [](const std::vector<double>& v) { return std::vector<float>(v.begin(), v.end()); };
  return {narrow(o.x), narrow(o.w), narrow(o.b), narrow(o.dy)};
}

template <class T>
Results<T> empty_like(const Operands<T>& o) {
  // Every element has to be written.
  const T poison = std::numeric_limits<T>::quiet_NaN();
  return {std::vector<T>(o.dy.size(), poison), std::vector<T>(o.x.size(), poison),
          std::vector<T>(o.w.size(), poison), std::vector<T>(o.b.size(), poison)};
}

template <class T>
Results<T> computed(const Operands<T>& o, const Conv1DSizes& s) {
  Results<T> r = empty_like(o);
  Cpu::conv1d(o.x.data(), o.w.data(), o.b.data(), r.y.data(), s);
  Cpu::conv1d_input_gradient(o.dy.data(), o.w.data(), r.dx.data(), s);
  Cpu::conv1d_weight_gradient(o.dy.data(), o.x.data(), r.dw.data(), r.db.data(), s);
  return r;
}

Results<double> portable(const Operands<double>& o, const Conv1DSizes& s) {
  Results<double> r = empty_like(o);
  cpu::portable::conv1d(o.x.data(), o.w.data(), o.b.data(), r.y.data(), s);
  cpu::portable::conv1d_input_gradient(o.dy.data(), o.w.data(), r.dx.data(), s);
  cpu::portable::conv1d_weight_gradient(o.dy.data(), o.x.data(), r.dw.data(), r.db.data(), s);
  return r;
}

/// The direct method as it is written down: one sum of floats per result. Stride 1, no padding, one group.
Results<float> plain_sums(const Operands<float>& o, const Conv1DSizes& s) {
  Results<float> r = empty_like(o);
  const Index m = s.out_length();
  const auto x = [&](Index n, Index c, Index i) {
    return o.x[static_cast<std::size_t>((n * s.channels + c) * s.length + i)];
  };
  const auto w = [&](Index f, Index c, Index k) {
    return o.w[static_cast<std::size_t>((f * s.channels + c) * s.kernel + k)];
  };
  const auto dy = [&](Index n, Index f, Index j) {
    return j < 0 || j >= m ? 0.0f : o.dy[static_cast<std::size_t>((n * s.filters + f) * m + j)];
  };
  for (Index n = 0; n < s.batch; ++n) {
    for (Index f = 0; f < s.filters; ++f) {
      for (Index j = 0; j < m; ++j) {
        float sum = o.b[static_cast<std::size_t>(f)];
        for (Index c = 0; c < s.channels; ++c)
          for (Index k = 0; k < s.kernel; ++k) sum += w(f, c, k) * x(n, c, j + k);
        r.y[static_cast<std::size_t>((n * s.filters + f) * m + j)] = sum;
      }
    }
    for (Index c = 0; c < s.channels; ++c) {
      for (Index i = 0; i < s.length; ++i) {
        float sum = 0;
        for (Index f = 0; f < s.filters; ++f)
          for (Index k = 0; k < s.kernel; ++k) sum += w(f, c, k) * dy(n, f, i - k);
        r.dx[static_cast<std::size_t>((n * s.channels + c) * s.length + i)] = sum;
      }
    }
  }
  for (Index f = 0; f < s.filters; ++f) {
    for (Index c = 0; c < s.channels; ++c) {
      for (Index k = 0; k < s.kernel; ++k) {
        float sum = 0;
        for (Index n = 0; n < s.batch; ++n)
          for (Index j = 0; j < m; ++j) sum += dy(n, f, j) * x(n, c, j + k);
        r.dw[static_cast<std::size_t>((f * s.channels + c) * s.kernel + k)] = sum;
      }
    }
  }
  return r;
}

/// |a - b| / |b| in the Euclidean norm; NaN where a has one.
template <class T>
double error(const std::vector<T>& a, const std::vector<double>& b) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    norm += b[i] * b[i];
  }
  return norm == 0 ? difference : std::sqrt(difference / norm);
}

template <class T>
void check_close(const Results<T>& r, const Results<double>& expected, double tolerance) {
  CHECK(error(r.y, expected.y) < tolerance);
  CHECK(error(r.dx, expected.dx) < tolerance);
  CHECK(error(r.dw, expected.dw) < tolerance);
  CHECK(error(r.db, expected.db) < tolerance);
}

Index between(std::mt19937& random, Index low, Index high) {
  return std::uniform_int_distribution<Index>(low, high)(random);
}

Conv1DSizes random_sizes(std::mt19937& random, bool winograd) {
  const Index groups = between(random, 1, 3);
  const Index few = between(random, 1, 6);
  Conv1DSizes s{.batch = few < 6 ? few : 37,
                .channels = groups * between(random, 1, 40),
                .filters = groups * between(random, 1, 40),
                .kernel = winograd ? between(random, 3, 5) : between(random, 1, 11),
                .stride = winograd ? 1 : between(random, 1, 5),
                .padding = between(random, 0, 7),
                .dilation = winograd ? 1 : between(random, 1, 3),
                .groups = groups,
                .algorithm = winograd ? ConvAlgorithm::winograd : ConvAlgorithm::direct};
  const Index reach = s.dilation * (s.kernel - 1) + 1;
  s.length = std::max<Index>(1, reach - 2 * s.padding) + between(random, 0, 150);
  return s;
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

TEST_CASE("without channels the results are the bias") {
  std::mt19937 random(11);
  for (const ConvAlgorithm algorithm : {ConvAlgorithm::direct, ConvAlgorithm::winograd}) {
    const Conv1DSizes s{
        .batch = 2, .channels = 0, .length = 20, .filters = 3, .kernel = 3, .algorithm = algorithm};
    check_shape(operands(random, s), s);
  }
}

TEST_CASE("groups of one channel agree with the portable kernels") {
  std::mt19937 random(10);
  const auto check = [&](const Conv1DSizes& s) {
    const Operands<double> o = operands(random, s);
    check_shape(o, s);
    // Packed, with a ReLU and without a bias.
    const cpu::PackedConv1D<double> packed(o.w.data(), nullptr, s, {.relu = true});
    std::vector<double> y(o.dy.size()), clipped(o.dy.size());
    packed(o.x.data(), y.data(), s.batch, s.length);
    cpu::portable::conv1d<double>(o.x.data(), o.w.data(), nullptr, clipped.data(), s);
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
  // More results than caches hold, in rows that begin anywhere.
  check({.batch = 9, .channels = 1, .length = 1500, .filters = 1000, .kernel = 5, .stride = 3});
  check({.batch = 3, .channels = 2, .length = 9, .filters = 500000, .kernel = 2, .groups = 2});
}

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
    cpu::PackedConv1D<double> packed(first.w.data(), first.b.data(), front, {.relu = true});
    const bool tiled = cpu::isa() >= cpu::Isa::avx2;
    REQUIRE(packed.append(second.w.data(), nullptr, layer, {.relu = true}) == tiled);
    if (!tiled) return;
    REQUIRE(packed.append_max_pool(pool.kernel, pool.stride) == direct);
    if (pool.stride > 1) CHECK(packed.append_max_pool(2, 2) == false);

    std::vector<double> between(second.x.size()), all(second.dy.size());
    cpu::portable::conv1d(first.x.data(), first.w.data(), first.b.data(), between.data(), front);
    std::transform(between.begin(), between.end(), between.begin(), cut_off);
    cpu::portable::conv1d<double>(between.data(), second.w.data(), nullptr, all.data(), layer);
    std::transform(all.begin(), all.end(), all.begin(), cut_off);
    const Index m = layer.out_length(), count = pool.count(m), rows = layer.batch * layer.filters;
    std::vector<double> expected(static_cast<std::size_t>(rows * count)), y(expected.size());
    Cpu::max_pool1d(all.data(), expected.data(), static_cast<std::int32_t*>(nullptr),
                    {.rows = rows, .length = m, .kernel = pool.kernel, .stride = pool.stride});
    packed(first.x.data(), y.data(), front.batch, front.length);
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
    cpu::PackedConv1D<double> packed(o.w.data(), o.b.data(), s, {});
    if (!packed.append_max_pool(pool.kernel, pool.stride)) return;
    const Results<double> all = portable(o, s);
    const Index m = s.out_length(), count = pool.count(m), rows = s.batch * s.filters;
    std::vector<double> expected(static_cast<std::size_t>(rows * count)), y(expected.size());
    if (count > 0)
      Cpu::max_pool1d(all.y.data(), expected.data(), static_cast<std::int32_t*>(nullptr),
                      {.rows = rows, .length = m, .kernel = pool.kernel, .stride = pool.stride});
    packed(o.x.data(), y.data(), s.batch, s.length);
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

struct Errors {
  double plain, direct, winograd;
};

struct AllErrors {
  Errors y, dx, dw;
};

AllErrors errors_of(std::mt19937& random, Conv1DSizes s) {
  const Operands<double> o = operands(random, s);
  const Results<double> exact = portable(o, s);
  const Results<float> plain = plain_sums(narrowed(o), s);
  s.algorithm = ConvAlgorithm::direct;
  const Results<float> direct = computed(narrowed(o), s);
  s.algorithm = ConvAlgorithm::winograd;
  const Results<float> winograd = computed(narrowed(o), s);
  return {{error(plain.y, exact.y), error(direct.y, exact.y), error(winograd.y, exact.y)},
          {error(plain.dx, exact.dx), error(direct.dx, exact.dx), error(winograd.dx, exact.dx)},
          {error(plain.dw, exact.dw), error(direct.dw, exact.dw), error(winograd.dw, exact.dw)}};
}

// With as many channels and filters as `automatic` asks for.
TEST_CASE("Winograd's method rounds at most three times as coarsely as the direct one") {
  std::mt19937 random(8);
  // Sanitizers keep the compiler from fusing a product of the transforms with the sum that takes it.
  constexpr double limit = EBB_ADDRESS_SANITIZER ? 3.1 : 3;
  const auto check = [&](const Conv1DSizes& s) {
    CAPTURE(s.channels);
    CAPTURE(s.filters);
    CAPTURE(s.kernel);
    const AllErrors all = errors_of(random, s);
    for (const Errors& e : {all.y, all.dx, all.dw}) {
      CHECK(e.direct < 1.1 * e.plain);
      CHECK(e.winograd < limit * e.direct);
    }
  };
  for (const Index kernel : {3, 4, 5}) {
    for (const Index filters : {48, 80, 200})
      check({.batch = 2, .channels = 200, .length = 299, .filters = filters, .kernel = kernel});
    for (const Index few : {16, 24, 40, 41, 48, 80, 81, 130, 140, 450})
      check({.batch = 2, .channels = few, .length = 220, .filters = 16, .kernel = kernel});
  }
}

// Many short rows: the direct kernels sum row by row, so that their gradients of weights are several times as
// exact as a plain sum, and the ends of rows see fewer products.
TEST_CASE("in short rows Winograd's method is compared with plain sums") {
  std::mt19937 random(10);
  for (const Index kernel : {3, 4, 5}) {
    for (const Index positions : {8, 20, 60, 130}) {
      CAPTURE(kernel);
      CAPTURE(positions);
      const AllErrors all = errors_of(
          random,
          {.batch = 40, .channels = 20, .length = positions + kernel - 1, .filters = 20, .kernel = kernel});
      CHECK(all.y.winograd < 3 * all.y.direct);
      CHECK(all.dx.winograd < 3.5 * all.dx.direct);
      CHECK(all.dw.winograd < 2 * all.dw.plain);
    }
  }
}

TEST_CASE("any number of threads gives the same bits") {
  std::mt19937 random(9);
  const int before = num_threads();
  const auto check = [&](const Conv1DSizes& s) {
    const Operands<float> o = narrowed(operands(random, s));
    set_num_threads(1);
    const Results<float> one = computed(o, s);
    for (const int threads : {2, 3, 5}) {
      set_num_threads(threads);
      const Results<float> many = computed(o, s);
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
  set_num_threads(before);
}
