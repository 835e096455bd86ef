#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "compare.hpp"
#include "ebb/ops/recurrent.hpp"
#include "threads.hpp"

namespace ebb::test {

struct RecurrentCase {
  Index batch, length, channels, hidden;
  std::vector<std::int32_t> lengths;  // none: all of them
  bool reverse;
};

// One of everything, a state that is no multiple of a vector, more than a vector, sequences that end, in both
// directions, no sequences.
inline std::vector<RecurrentCase> recurrent_cases() {
  return {{1, 1, 1, 1, {}, false},           {3, 4, 2, 5, {}, false},          {2, 3, 4, 19, {}, true},
          {4, 5, 3, 3, {5, 1, 4, 2}, false}, {4, 5, 3, 3, {5, 1, 4, 2}, true}, {0, 3, 2, 4, {}, false},
          {2, 9, 1, 2, {9, 8}, true}};
}

template <class T, class D>
struct RecurrentOperands {
  RecurrentOperands(const RecurrentCase& c, Index gates)
      : x(randn<T, D>({c.batch, c.length, c.channels})),
        weights{randn<T, D>({gates * c.hidden, c.channels}), randn<T, D>({gates * c.hidden, c.hidden}),
                randn<T, D>({gates * c.hidden}), randn<T, D>({gates * c.hidden})},
        hidden(randn<T, D>({c.batch, c.hidden})),
        cell(randn<T, D>({c.batch, c.hidden})) {
    if (!c.lengths.empty()) lengths = tensor<std::int32_t, D>(c.lengths);
  }

  Tensor<T, D> x;
  RecurrentWeights<T, D> weights;
  Tensor<T, D> hidden, cell;
  Tensor<std::int32_t, D> lengths;
};

/// The definition: sample by sample, step by step. `cell_step(a, b, h, c)` changes the state h and c of a
/// sample, given what the input (a) and the state (b) mean for its gates.
struct RecurrentReference {
  template <class T, class D, class F>
  RecurrentReference(const RecurrentCase& c, const RecurrentOperands<T, D>& o, Index gates, F cell_step)
      : output(static_cast<std::size_t>(c.batch * c.length * c.hidden)),
        hidden(doubles(o.hidden)),
        cell(doubles(o.cell)) {
    const std::vector<double> x = doubles(o.x);
    const Index rows = gates * c.hidden;
    const auto product = [&](const Tensor<T, D>& weight, const Tensor<T, D>& bias, const double* v) {
      const std::vector<double> w = doubles(weight);
      std::vector<double> y = doubles(bias);
      const Index columns = weight.shape(1);
      for (Index r = 0; r < rows; ++r)
        for (Index k = 0; k < columns; ++k)
          y[static_cast<std::size_t>(r)] += w[static_cast<std::size_t>(r * columns + k)] * v[k];
      return y;
    };
    for (Index n = 0; n < c.batch; ++n) {
      const Index steps = c.lengths.empty() ? c.length : c.lengths[static_cast<std::size_t>(n)];
      double* const h = hidden.data() + n * c.hidden;
      for (Index i = 0; i < steps; ++i) {
        const Index t = c.reverse ? steps - 1 - i : i;
        const double* const in = x.data() + (n * c.length + t) * c.channels;
        const std::vector<double> a = product(o.weights.weight_ih, o.weights.bias_ih, in),
                                  b = product(o.weights.weight_hh, o.weights.bias_hh, h);
        cell_step(a.data(), b.data(), h, cell.data() + n * c.hidden);
        for (Index k = 0; k < c.hidden; ++k)
          output[static_cast<std::size_t>((n * c.length + t) * c.hidden + k)] = h[k];
      }
    }
  }

  static double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }

  std::vector<double> output, hidden, cell;
};

/// The bits of layer(x, weights) and of two of its gradients are the same for any number of threads.
template <class F>
void check_threads(Index gates, F layer) {
  const RecurrentOperands<float, Cpu> o({70, 6, 9, 50, {}, false}, gates);
  Tensor<float> x = o.x;
  x.requires_grad();
  RecurrentWeights<float> w = o.weights;
  w.weight_hh.requires_grad();
  const Tensor<float> dy = randn<float>({70, 6, 50});
  std::vector<std::vector<float>> seen;
  for (const int count : {1, 2, 3, 5}) {
    const Threads threads(count);
    x.zero_grad();
    w.weight_hh.zero_grad();
    const Tensor<float> y = layer(x, w);
    y.backward(dy);
    std::vector<float> all = values(y);
    for (const auto& part : {values(x.grad()), values(w.weight_hh.grad())})
      all.insert(all.end(), part.begin(), part.end());
    seen.push_back(all);
  }
  for (const auto& other : seen) CHECK(other == seen[0]);
}

}  // namespace ebb::test
