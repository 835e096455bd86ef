#include "ebb/optim/adam.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "ebb/core/copy_state.hpp"
#include "optim/adam_path.hpp"

using ebb::optim::Adam;
using ebb::optim::AdamOptions;
using ebb::test::check_path;
using ebb::test::expected_path;
using ebb::test::set_gradient;

TEST_CASE_TEMPLATE("adam: follows its formulas", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const AdamOptions& o : {AdamOptions{},
                               {.learning_rate = 0.1, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3},
                               {.learning_rate = 0.1, .weight_decay = 0.2}}) {
    const X w = ebb::full<T, D>({3, 2}, T(1.5)).requires_grad();
    Adam<T, D> adam({w}, o);
    check_path(w, adam, expected_path(1.5, o, 0));
  }
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
  CHECK(ebb::test::error([&] { Adam<float>({w}, {.weight_decay = -1}); }) ==
        "[adam] epsilon 1e-07 and weight decay -1 must be at least 0");
}
