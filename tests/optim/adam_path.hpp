#pragma once

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"
#include "ebb/optim/adam.hpp"

namespace ebb::test {

inline const std::vector<double> adam_gradients{0.5, -1, 2, 0.25, 1e-4, 0};

/// A weight under adam_gradients, by the formulas of the papers in double.
inline std::vector<double> expected_path(double w, const optim::AdamOptions& o, double decoupled_decay) {
  std::vector<double> path;
  double m = 0, v = 0, t = 0;
  for (const double gradient : adam_gradients) {
    const double g = gradient + o.weight_decay * w;
    w -= o.learning_rate * decoupled_decay * w;
    t += 1;
    m = o.beta1 * m + (1 - o.beta1) * g;
    v = o.beta2 * v + (1 - o.beta2) * g * g;
    const double mean = m / (1 - std::pow(o.beta1, t)), square = v / (1 - std::pow(o.beta2, t));
    w -= o.learning_rate * mean / (std::sqrt(square) + o.epsilon);
    path.push_back(w);
  }
  return path;
}

/// Leaves a gradient whose elements are `value`.
template <class X>
void set_gradient(const X& parameter, double value) {
  parameter.zero_grad();
  sum(parameter * static_cast<typename X::value_type>(value)).backward();
}

/// Steps under adam_gradients and compares the last element after each.
template <class X, class O>
void check_path(const X& w, O& optimizer, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < adam_gradients.size(); ++i) {
    set_gradient(w, adam_gradients[i]);
    optimizer.step();
    const double value = static_cast<double>(values(w).back());
    CHECK(std::abs(value - expected[i]) < 4 * tolerance<typename X::value_type>);
  }
}

}  // namespace ebb::test
