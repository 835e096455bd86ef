#include "ebb/nn/dropout.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace nn = ebb::nn;

TEST_CASE_TEMPLATE("nn::Dropout: drops in training only", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  ebb::manual_seed(11);
  nn::Dropout<T, D> layer(0.25);
  const X x = ebb::ones<T, D>({10000});
  const std::vector<T> y = ebb::test::values(layer(x));
  const auto dropped = std::count(y.begin(), y.end(), T(0));
  CHECK(dropped > 2300);
  CHECK(dropped < 2700);
  const auto kept = std::count(y.begin(), y.end(), T(1) / (T(1) - T(0.25)));
  CHECK(dropped + kept == 10000);
  CHECK(ebb::test::values(layer(x)) != y);

  layer.eval();
  CHECK(ebb::test::values(layer(x)) == ebb::test::values(x));
}

TEST_CASE("nn::Dropout: errors") {
  CHECK(ebb::test::error([] { nn::Dropout<float>(1.5); }) ==
        "[dropout] the probability 1.5 must be in [0, 1]");
}
