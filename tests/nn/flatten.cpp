#include "ebb/nn/flatten.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

TEST_CASE_TEMPLATE("nn::Flatten: all axes but the first become one", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const ebb::nn::Flatten<T, D> layer;
  const X x = ebb::test::uniform<X>({2, 3, 7}, -2, 2);
  CHECK(layer(x).shape() == ebb::Shape{2, 21});
  CHECK(ebb::test::values(layer(x)) == ebb::test::values(x));
  CHECK(layer.describe() == "Flatten");
}
