#include "ebb/optim/adam.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "compare.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"
#include "ebb/optim/adamw.hpp"

namespace {

using ebb::optim::Adam;
using ebb::optim::AdamOptions;
using ebb::optim::AdamW;

// One parameter under given gradients, by the formulas of the papers in double.
std::vector<double> expected(double w, const std::vector<double>& gradients, const AdamOptions& o,
                             double decoupled_decay) {
  std::vector<double> path;
  double m = 0, v = 0, t = 0;
  for (const double gradient : gradients) {
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

template <class X>
void set_gradient(const X& parameter, double value) {
  using T = typename X::value_type;
  parameter.zero_grad();
  sum(parameter * static_cast<T>(value)).backward();
}

const std::vector<double> gradients{0.5, -1, 2, 0.25, 1e-4, 0};

template <class X, class O>
void check_path(const X& w, O& optimizer, const std::vector<double>& reference) {
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    set_gradient(w, gradients[i]);
    optimizer.step();
    const double value = static_cast<double>(ebb::test::values(w).back());
    CHECK(std::abs(value - reference[i]) < 4 * ebb::test::tolerance<typename X::value_type>);
  }
}

}  // namespace

TEST_CASE_TEMPLATE("adam: follows its formulas", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const AdamOptions& o : {AdamOptions{},
                               {.learning_rate = 0.1, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3},
                               {.learning_rate = 0.1, .weight_decay = 0.2}}) {
    const X w = ebb::full<T, D>({3, 2}, T(1.5)).requires_grad();
    Adam<T, D> adam({w}, o);
    check_path(w, adam, expected(1.5, gradients, o, 0));
  }
}

TEST_CASE_TEMPLATE("adamw: the decay is decoupled", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X w = ebb::full<T, D>({3}, T(1.5)).requires_grad();
  AdamW<T, D> adamw({w}, {.learning_rate = 0.1, .weight_decay = 0.3});
  check_path(w, adamw, expected(1.5, gradients, {.learning_rate = 0.1}, 0.3));
}

TEST_CASE("adam: a parameter without a gradient is skipped and does not count the step") {
  const auto a = ebb::ones<double>({1}).requires_grad(), b = ebb::ones<double>({1}).requires_grad();
  Adam<double> adam({a, b}, {.learning_rate = 0.1});
  set_gradient(a, 1);
  adam.step();
  set_gradient(b, 1);
  adam.step();
  CHECK(ebb::test::values(adam.state().get<std::int64_t>("steps")) == std::vector<std::int64_t>{2, 1});
  CHECK(b(0) == doctest::Approx(0.9));
}

TEST_CASE("adam: with its state loaded it goes on as if nothing had happened") {
  const auto run = [](bool interrupted) {
    const auto w = ebb::ones<double>({2}).requires_grad();
    Adam<double> first({w}), second({w});
    for (int step = 0; step < 6; ++step) {
      if (step == 3) copy_state(first.state(), second.state());
      set_gradient(w, 1.0 / (step + 1));
      (interrupted && step >= 3 ? second : first).step();
    }
    return ebb::test::values(w);
  };
  CHECK(run(true) == run(false));
}

TEST_CASE("adam: errors") {
  const auto w = ebb::ones<float>({1}).requires_grad();
  CHECK(ebb::test::error([&] { Adam<float>({w}, {.beta1 = 1}); }) ==
        "[adam] beta1 1 and beta2 0.999 must be in [0, 1)");
  CHECK(ebb::test::error([&] { AdamW<float>({w}, {.weight_decay = -1}); }) ==
        "[adamw] epsilon 1e-07 and weight decay -1 must be at least 0");
}
