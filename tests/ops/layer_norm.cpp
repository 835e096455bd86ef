#include "ebb/ops/layer_norm.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/clone.hpp"
#include "threads.hpp"

using ebb::Index;
using ebb::layer_norm;
using ebb::Shape;
using ebb::Tensor;

namespace {

struct Case {
  Shape shape, normalized;
};

// One value, one row, a part that is no multiple of a vector, several axes, more rows than a block holds,
// nothing.
const std::vector<Case> cases{{{1}, {1}},         {{5}, {5}},          {{3, 7}, {7}},
                              {{2, 3, 16}, {16}}, {{2, 3, 5}, {3, 5}}, {{700, 3}, {3}},
                              {{2, 33}, {33}},    {{0, 4}, {4}},       {{3, 1}, {1}}};

std::vector<double> expected(const std::vector<double>& x, const std::vector<double>& gamma,
                             const std::vector<double>& beta, double epsilon) {
  const std::size_t size = gamma.size();
  std::vector<double> y(x.size());
  for (std::size_t row = 0; row < x.size() / size; ++row) {
    long double mean = 0, variance = 0;
    const auto count = static_cast<long double>(size);
    for (std::size_t i = 0; i < size; ++i) mean += x[row * size + i] / count;
    for (std::size_t i = 0; i < size; ++i)
      variance += (x[row * size + i] - mean) * (x[row * size + i] - mean) / count;
    for (std::size_t i = 0; i < size; ++i)
      y[row * size + i] =
          static_cast<double>((x[row * size + i] - mean) / std::sqrt(variance + epsilon)) * gamma[i] +
          beta[i];
  }
  return y;
}

}  // namespace

TEST_CASE_TEMPLATE("layer_norm: each part is standardised by itself", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const Case& c : cases) {
    CAPTURE(c.shape);
    const X x = ebb::randn<T, D>(c.shape), gamma = ebb::rand<T, D>(c.normalized),
            beta = ebb::randn<T, D>(c.normalized);
    const X y = layer_norm(x, c.normalized, gamma, beta, {.epsilon = 1e-3});
    CHECK(y.shape() == c.shape);
    using ebb::test::doubles;
    CHECK(ebb::test::difference(y, expected(doubles(x), doubles(gamma), doubles(beta), 1e-3)) <
          4 * ebb::test::tolerance<T>);
    CHECK(ebb::test::values(layer_norm(x, c.normalized)) ==
          ebb::test::values(
              layer_norm(x, c.normalized, ebb::ones<T, D>(c.normalized), ebb::zeros<T, D>(c.normalized))));
  }
}

TEST_CASE_TEMPLATE("layer_norm: gradients", D, EBB_TEST_DEVICES) {
  const auto random = [](const Shape& shape) { return ebb::randn<double, D>(shape); };
  for (const Case& c : cases) {
    if (c.shape.size() > 300) continue;
    CAPTURE(c.shape);
    const auto f = [&](const auto& x, const auto& gamma, const auto& beta) {
      return layer_norm(x, c.normalized, gamma, beta, {.epsilon = 0.1});
    };
    const auto x = random(c.shape), gamma = random(c.normalized), beta = random(c.normalized);
    const auto all = ebb::gradcheck(f, {x, gamma, beta});
    CHECK_MESSAGE(all.passed, all.worst);
    const auto of_x = ebb::gradcheck(f, {x.clone().requires_grad(), gamma, beta});
    CHECK_MESSAGE(of_x.passed, of_x.worst);
    const auto of_beta = ebb::gradcheck(f, {x, gamma, beta.clone().requires_grad()});
    CHECK_MESSAGE(of_beta.passed, of_beta.worst);
  }
}

TEST_CASE_TEMPLATE("layer_norm: a mean that is large against the spread costs no digits", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  X x = ebb::randn<T, D>({3, 500});
  for (T* v = x.mutable_data(); v != x.data() + x.size(); ++v) *v = static_cast<T>(1e4 + 1e-2 * *v);
  const std::vector<double> ones(500, 1), zeros(500, 0);
  CHECK(ebb::test::difference(layer_norm(x, {500}, {}, {}, {.epsilon = 0}),
                              expected(ebb::test::doubles(x), ones, zeros, 0)) <
        (sizeof(T) == 4 ? 4e-5 : 1e-9));  // a double holds the mean itself to 1e-10 of the spread
}

TEST_CASE("layer_norm: results do not depend on the number of threads") {
  const auto x = ebb::randn<float>({700, 40}).requires_grad(), gamma = ebb::rand<float>({40}).requires_grad(),
             beta = ebb::rand<float>({40}).requires_grad();
  const auto dy = ebb::randn<float>({700, 40});
  std::vector<std::vector<float>> seen;
  for (const int count : {1, 2, 3, 5}) {
    const ebb::test::Threads threads(count);
    for (const auto& leaf : {x, gamma, beta}) leaf.zero_grad();
    const auto y = layer_norm(x, {40}, gamma, beta);
    y.backward(dy);
    std::vector<float> all = ebb::test::values(y);
    for (const auto& leaf : {x, gamma, beta}) {
      const auto part = ebb::test::values(leaf.grad());
      all.insert(all.end(), part.begin(), part.end());
    }
    seen.push_back(all);
  }
  for (const auto& other : seen) CHECK(other == seen[0]);
}

TEST_CASE_TEMPLATE("layer_norm: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] { (void)layer_norm(X({2, 5}), {4}); }) == "[layer_norm] input (2, 5) does not end in (4,)");
  CHECK(error([] { (void)layer_norm(X({5}), {1, 5}); }) == "[layer_norm] input (5,) does not end in (1, 5)");
  CHECK(error([] {
          (void)layer_norm(X({2, 5}), {5}, X({2}));
        }).starts_with("[layer_norm] gamma (2,) and beta"));
  CHECK(error([] {
          (void)layer_norm(X({2, 5}), {5}, X({5}), X({5}), {.epsilon = -1});
        }) == "[layer_norm] epsilon -1 must be at least 0");
}
