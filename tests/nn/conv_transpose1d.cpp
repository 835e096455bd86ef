#include "ebb/nn/conv_transpose1d.hpp"

#include <doctest/doctest.h>

#include "compare.hpp"

namespace nn = ebb::nn;
using ebb::Shape;
using ebb::test::error;

TEST_CASE_TEMPLATE("nn::ConvTranspose1D: shapes, options, errors", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const nn::ConvTranspose1D<T, D> layer(4, 6, {.kernel = 4, .stride = 2, .padding = 1, .groups = 2});
  CHECK(layer.weight.shape() == Shape{4, 3, 4});
  CHECK(layer.bias.shape() == Shape{6});
  CHECK(layer.describe() == "ConvTranspose1D(4, 6, kernel 4, stride 2, padding 1, groups 2)");
  CHECK(layer(ebb::randn<T, D>({2, 4, 5})).shape() == Shape{2, 6, 10});
  CHECK(nn::ConvTranspose1D<T, D>(4, 6, {.kernel = 4, .bias = false}).parameters().size() == 1);
  CHECK(error([] { nn::ConvTranspose1D<T, D>(4, 6, {}); }) ==
        "[conv_transpose1d] a layer of 4 channels, 6 filters, kernel 0: expected at least 1 each");
}
