#include "ebb/nn/embedding.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/nn/summary.hpp"

namespace nn = ebb::nn;
using ebb::Shape;
using ebb::test::error;
using ebb::test::values;

TEST_CASE_TEMPLATE("nn::Embedding takes indices, and whole numbers from a layer before it", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const nn::Embedding<T, D> layer(5, 3, {.padding_index = 1});
  const auto indices = ebb::tensor<std::int32_t, D>({4, 1, 1, 0}, {2, 2});
  const X y = layer(indices);
  CHECK(y.shape() == Shape{2, 2, 3});
  CHECK(y(0, 1, 2) == 0);
  CHECK(y(1, 0, 0) == 0);
  CHECK(y(0, 0, 1) == layer.weight(4, 1));
  const nn::Sequential<T, D> model(layer);
  CHECK(values(model(ebb::tensor<T, D>({4, 1, 1, 0}, {2, 2}))) == values(y));
  CHECK(layer.describe() == "Embedding(5, 3)");
  CHECK(summary(model, {2, 7}).rows.back().outputs.at(0) == Shape{2, 7, 3});
  CHECK(error([&] {
          (void)layer(ebb::tensor<T, D>({0, T(1.5)}));
        }) == "[embedding] index 1.5 at position 1 is no whole number");
  CHECK(error([] { nn::Embedding<T, D>(5, 3, {.padding_index = 5}); }) ==
        "[embedding] the padding index 5 is no row of 5");
}
