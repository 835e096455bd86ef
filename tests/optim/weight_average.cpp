#include "ebb/optim/weight_average.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/core/copy_state.hpp"

using ebb::optim::WeightAverage;
using ebb::test::values;

TEST_CASE_TEMPLATE("weight average: follows its formula, and swaps", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X w = ebb::full<T, D>({2}, T(4)).requires_grad();
  WeightAverage<T, D> average({w}, {.decay = 0.75});
  X live = w;
  live.fill(8);
  average.update();  // the first one takes the weights as they are
  live.fill(16);
  average.update();
  CHECK(values(w) == std::vector<T>{16, 16});
  average.swap();
  CHECK(values(w) == std::vector<T>{10, 10});
  average.swap();
  CHECK(values(w) == std::vector<T>{16, 16});

  WeightAverage<T, D> other({w}, {.decay = 0.75});
  copy_state(average.state(), other.state());
  live.fill(2);
  average.update();
  other.update();
  CHECK(values(average.state().template get<T, D>("0")) == std::vector<T>{8, 8});
  CHECK(values(other.state().template get<T, D>("0")) == std::vector<T>{8, 8});
}

TEST_CASE("weight average: errors") {
  const auto w = ebb::ones<float>({1}).requires_grad();
  CHECK(ebb::test::error([&] { WeightAverage<float>({w}, {.decay = 1}); }) ==
        "[weight_average] the decay 1 must be in [0, 1)");
}
