#include "ebb/nn/layer_norm.hpp"

#include <doctest/doctest.h>

#include "compare.hpp"

namespace nn = ebb::nn;
using ebb::test::values;

TEST_CASE_TEMPLATE("nn::LayerNorm hands its parameters to layer_norm", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::randn<T, D>({2, 6, 5});
  nn::LayerNorm<T, D> layer({5}, {.epsilon = 1e-3});
  layer.weight.fill(T(2));
  CHECK(values(layer(x)) == values(layer_norm(x, {5}, layer.weight, layer.bias, {.epsilon = 1e-3})));
  CHECK(layer.describe() == "LayerNorm((5,))");
  CHECK(layer.parameters().size() == 2);
  CHECK(nn::LayerNorm<T, D>({5}, {.affine = false}).parameters().empty());
}
