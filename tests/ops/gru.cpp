#include "ebb/ops/gru.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/ops/concat.hpp"
#include "ebb/ops/flatten.hpp"
#include "recurrent_cases.hpp"

using namespace ebb;

namespace {

test::RecurrentReference reference(const test::RecurrentCase& c, const auto& operands) {
  return {c, operands, 3, [&](const double* a, const double* b, double* h, double*) {
            const Index size = c.hidden;
            const std::vector<double> old(h, h + size);
            for (Index k = 0; k < size; ++k) {
              const double r = test::RecurrentReference::sigmoid(a[k] + b[k]);
              const double z = test::RecurrentReference::sigmoid(a[size + k] + b[size + k]);
              const double n = std::tanh(a[2 * size + k] + r * b[2 * size + k]);
              h[k] = (1 - z) * n + z * old[static_cast<std::size_t>(k)];
            }
          }};
}

}  // namespace

TEST_CASE_TEMPLATE("gru: output and state are those of the definition", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const test::RecurrentCase& c : test::recurrent_cases()) {
    CAPTURE(c.batch);
    CAPTURE(c.hidden);
    CAPTURE(c.reverse);
    const test::RecurrentOperands<T, D> o(c, 3);
    const auto [output, state] =
        gru(o.x, o.weights, {.state = o.hidden, .lengths = o.lengths, .reverse = c.reverse});
    const test::RecurrentReference expected = reference(c, o);
    CHECK(output.shape() == Shape{c.batch, c.length, c.hidden});
    CHECK(state.shape() == Shape{c.batch, c.hidden});
    CHECK(test::difference(output, expected.output) < 10 * test::tolerance<T>);
    CHECK(test::difference(state, expected.hidden) < 10 * test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("gru: without a first state and biases, both are zeros", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const test::RecurrentOperands<T, D> o({3, 4, 2, 5, {}, false}, 3);
  RecurrentWeights<T, D> bare = o.weights, zero = o.weights;
  bare.bias_ih = bare.bias_hh = {};
  zero.bias_ih = zero.bias_hh = zeros<T, D>({15});
  CHECK(test::values(gru(o.x, bare).output) ==
        test::values(gru(o.x, zero, {.state = zeros<T, D>({3, 5})}).output));
}

TEST_CASE_TEMPLATE("gru: gradients", D, EBB_TEST_DEVICES) {
  for (const test::RecurrentCase& c : test::recurrent_cases()) {
    if (c.hidden > 10) continue;
    CAPTURE(c.batch);
    CAPTURE(c.reverse);
    const test::RecurrentOperands<double, D> o(c, 3);
    const auto f = [&](const auto& x, const auto& h, const auto& wi, const auto& wh, const auto& bi,
                       const auto& bh) {
      const auto y = gru(x, {wi, wh, bi, bh}, {.state = h, .lengths = o.lengths, .reverse = c.reverse});
      return concat({y.output.reshape({y.output.size()}), y.state.reshape({y.state.size()})}, 0);
    };
    const RecurrentWeights<double, D>& w = o.weights;
    const GradCheck check = gradcheck(f, {o.x, o.hidden, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh});
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE("gru: results do not depend on the number of threads") {
  test::check_threads(3, [](const auto& x, const auto& w) { return gru(x, w).output; });
}

TEST_CASE_TEMPLATE("gru: large inputs saturate", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  // z is 0 and n is 1 or -1.
  const RecurrentWeights<T, D> w{tensor<T, D>({0, 0, 1}, {3, 1}), X({3, 1}), tensor<T, D>({0, -1000, 0}), {}};
  const X y = gru(tensor<T, D>({1000, -1000}, {1, 2, 1}), w).output;
  CHECK(test::difference(y, {1, -1}) < test::tolerance<T>);
}

TEST_CASE_TEMPLATE("gru: errors", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x({2, 4, 3});
  const RecurrentWeights<T, D> w{X({15, 3}), X({15, 5}), X({15}), X({15})};
  const auto error = [&](const GRUInputs<T, D>& inputs) {
    return test::error([&] { (void)gru(x, w, inputs); });
  };
  const auto lengths = [](const std::vector<std::int32_t>& v) { return tensor<std::int32_t, D>(v); };
  CHECK(error({.lengths = lengths({4, 5})}) == "[gru] length 5 at position 1 is not in [1, 4]");
  CHECK(error({.lengths = lengths({0, 4})}) == "[gru] length 0 at position 0 is not in [1, 4]");
  CHECK(error({.lengths = lengths({4})}) == "[gru] lengths (1,) do not fit input (2, 4, 3): expected (2,)");
  CHECK(error({.state = X({2, 4})}) == "[gru] the state (2, 4) must be (2, 5)");
  CHECK(test::error([&] {
          (void)gru(X({2, 0, 3}), w);
        }) == "[gru] input (2, 0, 3) must be (N, L, C) with L at least 1");
  CHECK(test::error([&] {
          (void)gru(X({2, 4, 2}), w);
        }) == "[gru] the input has 2 values per step, the weight (15, 3) expects 3");
  CHECK(test::error([&] {
          (void)gru(x, {X({20, 3}), X({20, 5}), {}, {}});
        }).starts_with("[gru] the weights (20, 3) and (20, 5) must be (3 H, C) and (3 H, H)"));
  CHECK(test::error([&] {
          (void)gru(x, {X({15, 3}), X({15, 5}), X({5}), {}});
        }) == "[gru] bias (5,) does not fit the weights: expected (15,)");
  CHECK(test::error([&] { (void)gru(x, RecurrentWeights<T, D>()); }) == "[gru] the weights are undefined");
  CHECK(test::error([&] { (void)gru(X(), w); }).starts_with("[gru] input "));
}
