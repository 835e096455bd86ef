#include "ebb/ops/lstm.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/ops/concat.hpp"
#include "recurrent_cases.hpp"

using namespace ebb;

namespace {

test::RecurrentReference reference(const test::RecurrentCase& c, const auto& operands) {
  return {c, operands, 4, [&](const double* a, const double* b, double* h, double* cell) {
            const Index size = c.hidden;
            for (Index k = 0; k < size; ++k) {
              const auto gate = [&](Index number) { return a[number * size + k] + b[number * size + k]; };
              const double in = test::RecurrentReference::sigmoid(gate(0)),
                           forget = test::RecurrentReference::sigmoid(gate(1)),
                           out = test::RecurrentReference::sigmoid(gate(3));
              cell[k] = forget * cell[k] + in * std::tanh(gate(2));
              h[k] = out * std::tanh(cell[k]);
            }
          }};
}

}  // namespace

TEST_CASE_TEMPLATE("lstm: output and state are those of the definition", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const test::RecurrentCase& c : test::recurrent_cases()) {
    CAPTURE(c.batch);
    CAPTURE(c.hidden);
    CAPTURE(c.reverse);
    const test::RecurrentOperands<T, D> o(c, 4);
    const auto [output, state] =
        lstm(o.x, o.weights, {.state = {o.hidden, o.cell}, .lengths = o.lengths, .reverse = c.reverse});
    const test::RecurrentReference expected = reference(c, o);
    CHECK(output.shape() == Shape{c.batch, c.length, c.hidden});
    CHECK(state.hidden.shape() == Shape{c.batch, c.hidden});
    CHECK(test::difference(output, expected.output) < 10 * test::tolerance<T>);
    CHECK(test::difference(state.hidden, expected.hidden) < 10 * test::tolerance<T>);
    CHECK(test::difference(state.cell, expected.cell) < 10 * test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("lstm: gradients", D, EBB_TEST_DEVICES) {
  for (const test::RecurrentCase& c : test::recurrent_cases()) {
    if (c.hidden > 10) continue;
    CAPTURE(c.batch);
    CAPTURE(c.reverse);
    const test::RecurrentOperands<double, D> o(c, 4);
    const auto f = [&](const auto& x, const auto& h, const auto& cell, const auto& wi, const auto& wh,
                       const auto& bi, const auto& bh) {
      const auto y =
          lstm(x, {wi, wh, bi, bh}, {.state = {h, cell}, .lengths = o.lengths, .reverse = c.reverse});
      const auto flat = [](const auto& v) { return v.reshape({v.size()}); };
      return concat({flat(y.output), flat(y.state.hidden), flat(y.state.cell)}, 0);
    };
    const RecurrentWeights<double, D>& w = o.weights;
    const GradCheck check =
        gradcheck(f, {o.x, o.hidden, o.cell, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh});
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE("lstm: results do not depend on the number of threads") {
  test::check_threads(4, [](const auto& x, const auto& w) { return lstm(x, w).output; });
}

TEST_CASE_TEMPLATE("lstm: errors", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x({2, 4, 3});
  const RecurrentWeights<T, D> w{X({20, 3}), X({20, 5}), X({20}), X({20})};
  const auto error = [&](const LSTMInputs<T, D>& inputs) {
    return test::error([&] { (void)lstm(x, w, inputs); });
  };
  CHECK(error({.lengths = tensor<std::int32_t, D>({4, 5})}) ==
        "[lstm] length 5 at position 1 is not in [1, 4]");
  CHECK(error({.state = {X({2, 4}), X({2, 5})}}) == "[lstm] the state (2, 4) must be (2, 5)");
  CHECK(error({.state = {X({2, 5}), X({2, 4})}}) ==
        "[lstm] the hidden state (2, 5) and the cell (2, 4) must have one shape");
  CHECK(test::error([&] {
          (void)lstm(X({4, 3}), w);
        }) == "[lstm] input (4, 3) must be (N, L, C) with L at least 1");
  CHECK(test::error([&] {
          (void)lstm(x, {X({15, 3}), X({15, 5}), {}, {}});
        }).starts_with("[lstm] the weights (15, 3) and (15, 5) must be (4 H, C) and (4 H, H)"));
  CHECK(test::error([&] { (void)lstm(x, RecurrentWeights<T, D>()); }) == "[lstm] the weights are undefined");
  CHECK(test::error([&] { (void)lstm(X(), w); }).starts_with("[lstm] input "));
}
