#include "ebb/nn/pool.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace nn = ebb::nn;

TEST_CASE_TEMPLATE("pooling layers: do what their operations do", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::test::uniform<X>({2, 3, 7}, -2, 2);
  const auto check = [&](const nn::Module<T, D>& layer, const X& expected) {
    CAPTURE(layer.describe());
    const X y = layer(x);
    CHECK(y.shape() == expected.shape());
    CHECK(ebb::test::values(y) == ebb::test::values(expected));
    CHECK(layer.state().size() == 0);
  };
  check(nn::MaxPool1D<T, D>(2), max_pool1d(x, {.kernel = 2}));
  check(nn::MaxPool1D<T, D>(3, {.stride = 2, .padding = 1}),
        max_pool1d(x, {.kernel = 3, .stride = 2, .padding = 1}));
  check(nn::AvgPool1D<T, D>(3, {.stride = 1}), avg_pool1d(x, {.kernel = 3, .stride = 1}));
  check(nn::AvgPool1D<T, D>({.kernel = 3, .stride = 1}), avg_pool1d(x, {.kernel = 3, .stride = 1}));
  check(nn::AdaptiveMaxPool1D<T, D>(3), adaptive_max_pool1d(x, 3));
  check(nn::AdaptiveAvgPool1D<T, D>(3), adaptive_avg_pool1d(x, 3));
  check(nn::GlobalMaxPool1D<T, D>(), global_max_pool1d(x));
  check(nn::GlobalAvgPool1D<T, D>(), global_avg_pool1d(x));
}

TEST_CASE("pooling layers: describe themselves") {
  CHECK(nn::MaxPool1D<float>(3, {.stride = 2, .padding = 1}).describe() ==
        "MaxPool1D(3, stride 2, padding 1)");
  CHECK(nn::AvgPool1D<double>(4).describe() == "AvgPool1D(4)");
  CHECK(nn::AdaptiveAvgPool1D<float>(3).describe() == "AdaptiveAvgPool1D(3)");
  CHECK(nn::GlobalAvgPool1D<double>().describe() == "GlobalAvgPool1D");
}
