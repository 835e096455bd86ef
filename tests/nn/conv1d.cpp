#include "ebb/nn/conv1d.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace nn = ebb::nn;
using ebb::Shape;

TEST_CASE_TEMPLATE("nn::Conv1D: shapes, start and result", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const nn::Conv1D<T, D> layer(4, 6, {.kernel = 3, .stride = 2, .padding = 1, .dilation = 2, .groups = 2});
  CHECK(layer.weight.shape() == Shape{6, 2, 3});
  CHECK(layer.bias.shape() == Shape{6});
  const double limit = std::sqrt(6.0 / (2 * 3 + 6 * 3));
  for (const T value : ebb::test::values(layer.weight)) CHECK(std::abs(static_cast<double>(value)) <= limit);
  const X x = ebb::test::uniform<X>({2, 4, 11}, -1, 1);
  const X expected =
      conv1d(x, layer.weight, layer.bias, {.stride = 2, .padding = 1, .dilation = 2, .groups = 2});
  CHECK(expected.shape() == Shape{2, 6, 5});
  CHECK(ebb::test::values(layer(x)) == ebb::test::values(expected));
}

TEST_CASE("nn::Conv1D: options") {
  const nn::Conv1D<float> layer(1, 2, {.kernel = 5, .bias = false, .init = nn::init::he_normal()});
  CHECK_FALSE(layer.bias.defined());
  CHECK(layer.state().size() == 1);
  CHECK(layer.describe() == "Conv1D(1, 2, kernel 5, no bias)");
  CHECK(nn::Conv1D<float>(4, 4, {.kernel = 1, .padding = 2, .dilation = 3, .groups = 4}).describe() ==
        "Conv1D(4, 4, kernel 1, padding 2, dilation 3, groups 4)");
  CHECK(nn::Conv1D<float>(1, 2, {.kernel = 3, .padding = ebb::Padding::causal}).describe() ==
        "Conv1D(1, 2, kernel 3, padding causal)");
}

TEST_CASE("nn::Conv1D: errors") {
  CHECK(ebb::test::error([] { nn::Conv1D<float>(1, 2, {.stride = 2}); }) ==
        "[conv1d] a layer of 1 channels, 2 filters, kernel 0: expected at least 1 each");
  CHECK(ebb::test::error([] { nn::Conv1D<float>(3, 2, {.kernel = 2, .groups = 2}); }) ==
        "[conv1d] 3 channels and 2 filters cannot be divided into 2 groups");
  CHECK(ebb::test::error([] { nn::Conv1D<float>(1, 2, {.kernel = 4, .stride = 0}); }) ==
        "[conv1d] stride 0, dilation 1 and groups 1 must be at least 1, padding 0 at least 0");
  CHECK(
      ebb::test::error(
          [] { nn::Conv1D<float>(1, 2, {.kernel = 9, .algorithm = ebb::ConvAlgorithm::winograd}); }) ==
      "[conv1d] Winograd's method wants stride 1, dilation 1 and 3 to 5 taps, not stride 1, dilation 1 and 9 "
      "taps");
}
