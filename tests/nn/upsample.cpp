#include "ebb/nn/upsample.hpp"

#include <doctest/doctest.h>

#include "compare.hpp"

namespace nn = ebb::nn;
using ebb::test::error;
using ebb::test::values;

TEST_CASE_TEMPLATE("nn::Upsample1D multiplies the length", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::randn<T, D>({2, 3, 7});
  const nn::Upsample1D<T, D> twice(2, {.mode = ebb::UpsampleMode::linear});
  CHECK(values(twice(x)) == values(upsample1d(x, 14, {.mode = ebb::UpsampleMode::linear})));
  CHECK(twice.describe() == "Upsample1D(2, linear)");
  CHECK(error([&] { (void)twice(X({3, 4})); }).starts_with("[upsample1d] input (3, 4)"));
  CHECK(error([] { nn::Upsample1D<T, D>(0); }) == "[upsample1d] the factor 0 must be at least 1");
}
