#include "ebb/ops/flatten.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("flatten: the last axes become one", X, EBB_TEST_TYPES) {
  const X x = uniform<X>({2, 3, 4}, -1, 1);
  CHECK(flatten(x).shape() == Shape{2, 12});
  CHECK(flatten(x, 0).shape() == Shape{24});
  CHECK(flatten(x, -1).shape() == Shape{2, 3, 4});
  CHECK(values(flatten(x)) == values(x));
  CHECK(flatten(X({0, 3, 4})).shape() == Shape{0, 12});
  CHECK(error([&] { (void)flatten(x, 3); }) == "[flatten] axis 3 does not exist in (2, 3, 4)");
  CHECK(error([] { (void)flatten(X({3})); }) == "[flatten] axis 1 does not exist in (3,)");
  CHECK(error([] { (void)flatten(X()); }) == "[flatten] the input is undefined");
}

TEST_CASE_TEMPLATE("flatten: the gradient", D, EBB_TEST_DEVICES) {
  CHECK(gradcheck([](const auto& x) { return flatten(x); }, uniform<Tensor<double, D>>({2, 3, 2}, -1, 1))
            .passed);
}

}  // namespace ebb::test
