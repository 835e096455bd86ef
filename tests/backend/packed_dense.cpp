// Dense layers packed for inference against sums in double: every way in which the kernels cut them up, rows
// that end before their tail, and the same bits for any number of threads.
#include "ebb/backend/cpu/packed_dense.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "threads.hpp"

using namespace ebb;
using namespace ebb::test;
using Sizes = cpu::tiled::DenseSizes;

namespace {

Index between(std::mt19937& random, Index low, Index high) {
  return std::uniform_int_distribution<Index>(low, high)(random);
}

// Representable in float, so that every type computes with the same numbers.
std::vector<double> numbers(std::mt19937& random, Index count) {
  std::normal_distribution<float> normal;
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = static_cast<double>(normal(random));
  return values;
}

template <class T>
std::vector<T> as(const std::vector<double>& values) {
  std::vector<T> result;
  for (const double value : values) result.emplace_back(static_cast<T>(value));
  return result;
}

double rounded(double value) {
  return static_cast<double>(static_cast<float>(bfloat16(static_cast<float>(value))));
}

// A layer and rows of channels x positions, row r of which is the tail from position used[r] on. The result
// of row r is row order[r].
struct Problem {
  Problem(std::mt19937& random, Index count, const Sizes& s, bool with_bias, bool with_tail)
      : rows(count),
        sizes(s),
        w(numbers(random, s.outputs * s.features())),
        x(numbers(random, count * s.features())),
        used(static_cast<std::size_t>(count), s.positions),
        order(static_cast<std::size_t>(count)) {
    if (with_bias) bias = numbers(random, s.outputs);
    std::iota(order.begin(), order.end(), Index{0});
    std::shuffle(order.begin(), order.end(), random);
    if (!with_tail) return;
    tail = numbers(random, s.channels);
    for (Index& length : used) length = between(random, 0, s.positions);
    std::sort(used.begin(), used.end(), std::greater<>());
    for (Index i = 0; i < count * s.features(); ++i)
      if (i % s.positions >= used[static_cast<std::size_t>(i / s.features())])
        x[static_cast<std::size_t>(i)] = tail[static_cast<std::size_t>(i / s.positions % s.channels)];
  }

  Index rows;
  Sizes sizes;
  std::vector<double> w, x, bias, tail;
  std::vector<Index> used, order;
};

std::vector<double> expected(const Problem& p, bool relu, const std::vector<double>& w,
                             const std::vector<double>& x) {
  const Index features = p.sizes.features(), outputs = p.sizes.outputs;
  std::vector<double> y(static_cast<std::size_t>(p.rows * outputs));
  for (Index r = 0; r < p.rows; ++r) {
    const double* const row = x.data() + r * features;
    for (Index o = 0; o < outputs; ++o) {
      const long double start = p.bias.empty() ? 0 : p.bias[static_cast<std::size_t>(o)];
      const auto sum =
          static_cast<double>(std::inner_product(row, row + features, w.data() + o * features, start));
      y[static_cast<std::size_t>(p.order[static_cast<std::size_t>(r)] * outputs + o)] =
          relu ? std::max(sum, 0.0) : sum;
    }
  }
  return y;
}

template <class T>
cpu::PackedDense<T> packed(const Problem& p, const typename cpu::PackedDense<T>::Options& options) {
  const auto w = as<T>(p.w), bias = as<T>(p.bias), tail = as<T>(p.tail);
  return {w.data(), bias.empty() ? nullptr : bias.data(), tail.empty() ? nullptr : tail.data(), p.sizes,
          options};
}

// What dense makes of rows of Number.
template <class Number, class T>
std::vector<T> results(const cpu::PackedDense<T>& dense, const Problem& p, const Index* order) {
  const Index features = p.sizes.features(), positions = p.sizes.positions;
  // What a row does not have to have is not read, every result is written, and nothing behind the last.
  constexpr Index guard = 64;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto x = as<Number>(p.x);
  std::vector<Number> rows(x.size(), static_cast<Number>(nan));
  std::vector<T> y(static_cast<std::size_t>(p.rows * p.sizes.outputs + guard), static_cast<T>(nan));
  std::vector<Index> used;
  for (Index r = 0; r < p.rows; ++r) {
    const Index there =
        dense.by_positions() ? dense.positions_needed(p.used[static_cast<std::size_t>(r)]) : positions;
    used.push_back(dense.used_features(there));
    dense.arrange(x.data() + r * features, positions, there, rows.data() + r * features);
  }
  if constexpr (std::is_same_v<Number, T>) {
    dense({{.x = rows.data(), .count = p.rows, .used = p.tail.empty() ? nullptr : used.data()}, order},
          y.data());
  } else {
    dense(rows.data(), p.rows, order, y.data());
  }
  const auto end = y.end() - guard;
  REQUIRE(std::all_of(end, y.end(), [](T value) { return std::isnan(value); }));
  y.erase(end, y.end());
  return y;
}

// The error in the mean, relative to what sums of so many products of such numbers have in the mean.
template <class T>
double error(const std::vector<T>& y, const std::vector<double>& exact, Index features) {
  double wrong = 0;
  for (std::size_t i = 0; i < y.size(); ++i) wrong += std::pow(static_cast<double>(y[i]) - exact[i], 2);
  return std::sqrt(wrong / static_cast<double>(std::max<std::size_t>(1, y.size())) /
                   static_cast<double>(features + 1));
}

template <class T>
double tolerance(Index features) {
  return static_cast<double>(std::numeric_limits<T>::epsilon()) *
         (2 + std::sqrt(static_cast<double>(features)) / 4);
}

// The rows of y where they would be without an order.
template <class T>
std::vector<T> in_order(const Problem& p, const std::vector<T>& y) {
  std::vector<T> sorted;
  for (const Index row : p.order)
    sorted.insert(sorted.end(), y.begin() + row * p.sizes.outputs, y.begin() + (row + 1) * p.sizes.outputs);
  return sorted;
}

template <class T>
void check_type(const Problem& p, bool relu, const std::vector<double>& exact) {
  const cpu::PackedDense<T> dense = packed<T>(p, {.relu = relu});
  const auto with_threads = [&](int count) {
    const Threads threads(count);
    return results<T>(dense, p, p.order.data());
  };
  const std::vector<T> one = with_threads(1);
  CHECK(error(one, exact, p.sizes.features()) < tolerance<T>(p.sizes.features()));
  for (const int count : {2, 3, 4, 5}) CHECK(with_threads(count) == one);
  CHECK(results<T>(dense, p, nullptr) == in_order(p, one));
}

void check(std::mt19937& random, Index rows, const Sizes& s, bool tail) {
  const bool bias = random() % 4 != 0, relu = random() % 2 == 0;
  CAPTURE(rows);
  CAPTURE(s.channels);
  CAPTURE(s.positions);
  CAPTURE(s.outputs);
  CAPTURE(bias);
  CAPTURE(tail);
  CAPTURE(relu);
  const Problem p(random, rows, s, bias, tail);
  const std::vector<double> exact = expected(p, relu, p.w, p.x);
  check_type<float>(p, relu, exact);
  check_type<double>(p, relu, exact);
}

Sizes random_sizes(std::mt19937& random) {
  return {.channels = between(random, 1, 20),
          .positions = between(random, 1, 60),
          .outputs = between(random, 1, 120)};
}

}  // namespace

TEST_CASE("packed dense: random shapes, with and without bias, tail and ReLU") {
  std::mt19937 random(1);
  for (int i = 0; i < 80; ++i) check(random, between(random, 0, 40), random_sizes(random), i % 2 == 0);
}

TEST_CASE("packed dense: shapes that are cut up") {
  std::mt19937 random(2);
  for (const bool tail : {false, true}) {
    check(random, 1, {.channels = 1, .positions = 1, .outputs = 1}, tail);
    check(random, 150, {.channels = 3, .positions = 7, .outputs = 5}, tail);
    // Sums in parts, of one row and of a few, whose outputs threads share.
    check(random, 1, {.channels = 100, .positions = 101, .outputs = 60}, tail);
    check(random, 5, {.channels = 50, .positions = 201, .outputs = 100}, tail);
    // More rows than caches hold: in float, and in double by panels of outputs.
    check(random, 70, {.channels = 16, .positions = 300, .outputs = 20}, tail);
    check(random, 70, {.channels = 16, .positions = 150, .outputs = 80}, tail);
    check(random, 9, {.channels = 200, .positions = 247, .outputs = 20}, tail);
  }
}

TEST_CASE("packed dense: products of bfloat16 numbers") {
  std::mt19937 random(3);
  const auto round_all = [](std::vector<double> values) {
    for (double& value : values) value = rounded(value);
    return values;
  };
  for (int i = 0; i < 20; ++i) {
    const Sizes s = i == 0 ? Sizes{.channels = 40, .positions = 130, .outputs = 20} : random_sizes(random);
    const bool relu = i % 2 == 0;
    const Problem p(random, between(random, 0, 40), s, i % 4 != 0, i % 3 == 0);
    CAPTURE(p.rows);
    CAPTURE(s.channels);
    CAPTURE(s.positions);
    CAPTURE(s.outputs);
    const cpu::PackedDense<float> dense = packed<float>(p, {.relu = relu, .bfloat16 = true});
    REQUIRE(dense.takes_bfloat16());
    REQUIRE(!dense.by_positions());
    const std::vector<float> y = results<float>(dense, p, p.order.data());
    CHECK(error(y, expected(p, relu, round_all(p.w), round_all(p.x)), s.features()) <
          tolerance<float>(s.features()));
    CHECK(results<bfloat16>(dense, p, p.order.data()) == y);
    CHECK(results<bfloat16>(dense, p, nullptr) == in_order(p, y));
    const Threads threads(3);
    CHECK(results<float>(dense, p, p.order.data()) == y);
  }
  const Problem p(random, 1, {.channels = 1, .positions = 2, .outputs = 3}, true, false);
  CHECK(!packed<float>(p, {}).takes_bfloat16());
  CHECK(!packed<double>(p, {.bfloat16 = true}).takes_bfloat16());
}
