#include "ebb/ops/roll.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("roll: steps in a circle", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(values(roll(x, 1, 1)) == std::vector<T>{3, 1, 2, 6, 4, 5});
  CHECK(values(roll(x, -1, -1)) == std::vector<T>{2, 3, 1, 5, 6, 4});
  CHECK(values(roll(x, 1, 0)) == std::vector<T>{4, 5, 6, 1, 2, 3});
  CHECK(values(roll(x, -7, 1)) == values(roll(x, -1, 1)));
  CHECK(values(roll(x, 6, 0)) == values(x));
  CHECK(roll(X({2, 0}), 3, 1).shape() == Shape{2, 0});

  CHECK(error([&] { (void)roll(x, 1, 2); }) == "[roll] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)roll(X(), 1, 0); }) == "[roll] the input is undefined");
}

TEST_CASE_TEMPLATE("roll: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 5, 3}, Shape{1, 1, 1}, Shape{2, 0, 3}}) {
    for (const Index shift : {0, 2, -1, 7})
      CHECK(gradcheck([&](const X& x) { return roll(x, shift, 1); }, uniform<X>(shape, -1, 1)).passed);
  }
}

}  // namespace ebb::test
