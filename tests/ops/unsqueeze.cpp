#include "ebb/ops/unsqueeze.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("unsqueeze: a new axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x({2, 3});
  CHECK(unsqueeze(x, 0).shape() == Shape{1, 2, 3});
  CHECK(unsqueeze(x, 1).shape() == Shape{2, 1, 3});
  CHECK(unsqueeze(x, -1).shape() == Shape{2, 3, 1});
  CHECK(unsqueeze(x, -3).shape() == Shape{1, 2, 3});
  CHECK(unsqueeze(X(Shape{}), 0).shape() == Shape{1});
  unsqueeze(x, 1).fill(T(4));
  CHECK(x(1, 2) == 4);  // shared

  CHECK(error([&] { (void)unsqueeze(x, 3); }) == "[unsqueeze] there is no place for axis 3 in (2, 3)");
  CHECK(error([&] { (void)unsqueeze(x, -4); }).starts_with("[unsqueeze] "));
  CHECK(error([&] { (void)unsqueeze(X({1, 1, 1, 1, 1, 1, 1, 1}), 0); }).starts_with("[unsqueeze] "));
  CHECK(error([&] { (void)unsqueeze(X(), 0); }) == "[unsqueeze] the input is undefined");
}

TEST_CASE_TEMPLATE("unsqueeze: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 3}, Shape{}, Shape{0}})
    CHECK(gradcheck([](const X& x) { return unsqueeze(x, -1); }, uniform<X>(shape, -1, 1)).passed);
}

}  // namespace ebb::test
