#include "ebb/optim/rmsprop.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "optim/adam_path.hpp"

using ebb::optim::RMSprop;
using ebb::optim::RMSpropOptions;

namespace {

// A weight under test::adam_gradients, by the formulas of the documentation in double.
std::vector<double> expected(double w, const RMSpropOptions& o) {
  std::vector<double> path;
  double s = 0, m = 0, v = 0;
  for (const double gradient : ebb::test::adam_gradients) {
    const double g = gradient + o.weight_decay * w;
    s = o.alpha * s + (1 - o.alpha) * g * g;
    m = o.alpha * m + (1 - o.alpha) * g;
    v = o.momentum * v + g / (std::sqrt(o.centered ? std::max(s - m * m, 0.0) : s) + o.epsilon);
    w -= o.learning_rate * v;
    path.push_back(w);
  }
  return path;
}

}  // namespace

TEST_CASE_TEMPLATE("rmsprop: follows its formulas", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const RMSpropOptions& o :
       {RMSpropOptions{},
        {.learning_rate = 0.1, .alpha = 0.9, .epsilon = 1e-3},
        {.learning_rate = 0.01, .alpha = 0.9, .momentum = 0.9},
        {.learning_rate = 0.1, .alpha = 0.5, .weight_decay = 0.2, .centered = true},
        {.learning_rate = 0.01, .alpha = 0.8, .momentum = 0.5, .weight_decay = 0.1, .centered = true}}) {
    const X w = ebb::full<T, D>({2, 3}, T(1.5)).requires_grad();
    RMSprop<T, D> rmsprop({w}, o);
    ebb::test::check_path(w, rmsprop, expected(1.5, o));
  }
}

TEST_CASE("rmsprop: equal gradients have no variance, and no NaN") {
  const auto w = ebb::ones<float>({3}).requires_grad();
  RMSprop<float> rmsprop({w}, {.learning_rate = 1e-6, .alpha = 0.5, .epsilon = 1, .centered = true});
  for (int step = 0; step < 60; ++step) {
    ebb::test::set_gradient(w, 1.1);
    rmsprop.step();
  }
  for (const float v : ebb::test::values(w)) CHECK(std::isfinite(v));
}

TEST_CASE("rmsprop: its state is what it remembers") {
  const auto w = ebb::ones<float>({3}).requires_grad();
  const auto names = [&](const RMSpropOptions& o) {
    std::string all;
    const RMSprop<float> rmsprop({w}, o);
    for (const auto& [name, tensor] : rmsprop.state()) all += name + ' ';
    return all;
  };
  CHECK(names({}) == "learning_rate 0.mean_square ");
  CHECK(names({.momentum = 0.9}) == "learning_rate 0.mean_square 0.velocity ");
  CHECK(names({.momentum = 0.9, .centered = true}) == "learning_rate 0.mean_square 0.mean 0.velocity ");
}

TEST_CASE("rmsprop: errors") {
  const auto w = ebb::ones<float>({1}).requires_grad();
  const auto error = [&](const RMSpropOptions& o) {
    return ebb::test::error([&] { RMSprop<float>({w}, o); });
  };
  CHECK(error({.alpha = 1}) == "[rmsprop] alpha 1 must be in [0, 1)");
  CHECK(error({.momentum = -1}) ==
        "[rmsprop] epsilon 1e-08, momentum -1 and weight decay 0 must be at least 0");
  CHECK(error({.learning_rate = -1}) == "[optimizer] the learning rate -1 must be at least 0");
}
