#include "ebb/nn/dense.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace nn = ebb::nn;
using ebb::Shape;

TEST_CASE_TEMPLATE("nn::Dense: shapes, start and result", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const nn::Dense<T, D> layer(3, 2);
  CHECK(layer.weight.shape() == Shape{2, 3});
  CHECK(ebb::test::values(layer.bias) == std::vector<T>{0, 0});
  CHECK(layer.parameters().size() == 2);
  for (const T value : ebb::test::values(layer.weight))
    CHECK(std::abs(static_cast<double>(value)) <= std::sqrt(6.0 / 5));
  const X x = ebb::test::uniform<X>({4, 3}, -1, 1);
  CHECK(ebb::test::values(layer(x)) == ebb::test::values(dense(x, layer.weight, layer.bias)));
}

TEST_CASE("nn::Dense: options") {
  const nn::Dense<float> layer(3, 2, {.bias = false, .init = nn::init::zeros()});
  CHECK_FALSE(layer.bias.defined());
  CHECK(layer.parameters().size() == 1);
  CHECK(layer.state().size() == 1);
  CHECK(layer.describe() == "Dense(3, 2, no bias)");
  CHECK(ebb::test::values(layer(ebb::ones<float>({1, 3}))) == std::vector<float>{0, 0});
}

TEST_CASE("nn::Dense: errors") {
  CHECK(ebb::test::error([] { nn::Dense<float>(0, 2); }) ==
        "[dense] a layer from 0 to 2 features: expected at least 1 each");
  const nn::Dense<float> layer(3, 2);
  CHECK(ebb::test::error([&] {
          (void)layer(ebb::zeros<float>({1, 4}));
        }) == "[dense] input (1, 4) has 4 features, the weight (2, 3) expects 3");
}
