// Gated recurrent units packed for inference against the formula in double, and the same bits for any number
// of threads.
#include "ebb/backend/cpu/packed_gru.hpp"

#include <cmath>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "backend/conv1d.hpp"
#include "threads.hpp"

using namespace ebb;
using namespace ebb::test;

namespace {

struct Sequences {
  Index batch, length, channels, hidden;
};

std::vector<double> states(const std::vector<double>& x, const cpu::GRUWeights<double>& w, const Sequences& s,
                           bool reverse) {
  std::vector<double> y(static_cast<std::size_t>(s.batch * s.length * s.hidden));
  const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
  for (Index n = 0; n < s.batch; ++n) {
    std::vector<double> h(static_cast<std::size_t>(s.hidden));
    for (Index i = 0; i < s.length; ++i) {
      const Index t = reverse ? s.length - 1 - i : i;
      const double* const from = x.data() + (n * s.length + t) * s.channels;
      const std::vector<double> before = h;
      for (Index j = 0; j < s.hidden; ++j) {
        double input[3], state[3];
        for (Index gate = 0; gate < 3; ++gate) {
          const Index row = gate * s.hidden + j;
          input[gate] = w.input_bias ? w.input_bias[row] : 0;
          state[gate] = w.state_bias ? w.state_bias[row] : 0;
          for (Index c = 0; c < s.channels; ++c) input[gate] += w.input[row * s.channels + c] * from[c];
          for (Index k = 0; k < s.hidden; ++k)
            state[gate] += w.state[row * s.hidden + k] * before[static_cast<std::size_t>(k)];
        }
        const double r = sigmoid(input[0] + state[0]), z = sigmoid(input[1] + state[1]);
        const double candidate = std::tanh(input[2] + r * state[2]);
        const double value = (1 - z) * candidate + z * before[static_cast<std::size_t>(j)];
        h[static_cast<std::size_t>(j)] = value;
        y[static_cast<std::size_t>((n * s.length + t) * s.hidden + j)] = value;
      }
    }
  }
  return y;
}

}  // namespace

TEST_CASE_TEMPLATE("packed gru: the states of every step", T, float, double) {
  std::mt19937 random(21);
  for (const Sequences& s : {Sequences{1, 7, 5, 16}, Sequences{3, 1, 1, 1}, Sequences{40, 12, 9, 33},
                             Sequences{70, 20, 30, 64}, Sequences{1, 300, 3, 10}}) {
    const Index width = 3 * s.hidden;
    const auto scaled = [&](Index count) {
      std::vector<double> values = numbers(random, count);
      for (double& value : values) value = static_cast<double>(static_cast<float>(value * 0.4));
      return values;
    };
    const std::vector<double> x = numbers(random, s.batch * s.length * s.channels),
                              w_x = scaled(width * s.channels), w_h = scaled(width * s.hidden),
                              b_x = scaled(width), b_h = scaled(width);
    const auto as = [](const std::vector<double>& v) { return std::vector<T>(v.begin(), v.end()); };
    const std::vector<T> x_t = as(x), w_x_t = as(w_x), w_h_t = as(w_h), b_x_t = as(b_x), b_h_t = as(b_h);
    for (const bool reverse : {false, true}) {
      for (const bool bias : {true, false}) {
        const cpu::PackedGRU<T> packed({w_x_t.data(), w_h_t.data(), bias ? b_x_t.data() : nullptr,
                                        bias ? b_h_t.data() : nullptr, s.channels, s.hidden},
                                       reverse);
        std::vector<T> y(static_cast<std::size_t>(s.batch * s.length * s.hidden)), again(y.size());
        packed(x_t.data(), s.batch, s.length, y.data(), s.hidden);
        CHECK(error(y, states(x,
                              {w_x.data(), w_h.data(), bias ? b_x.data() : nullptr,
                               bias ? b_h.data() : nullptr, s.channels, s.hidden},
                              s, reverse)) < (sizeof(T) == 4 ? 2e-6 : 1e-13));
        const Threads many(3);
        packed(x_t.data(), s.batch, s.length, again.data(), s.hidden);
        CHECK(y == again);
      }
    }
  }
}
