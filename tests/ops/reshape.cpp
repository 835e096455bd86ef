#include "ebb/ops/reshape.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("reshape: the same elements under another shape", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  X x = uniform<X>({2, 3, 4}, -1, 1);
  X y = x.reshape({4, 6});
  CHECK(y.shape() == Shape{4, 6});
  CHECK(values(y) == values(x));
  y.fill(T(3));
  CHECK(values(x) == values(y));
  CHECK(x.reshape({-1}).shape() == Shape{24});
  CHECK(x.reshape({2, -1, 2}).shape() == Shape{2, 6, 2});
  CHECK(x.reshape(Shape{24, 1}).shape() == Shape{24, 1});
  CHECK(X({0, 3}).reshape({3, -1}).shape() == Shape{3, 0});
  CHECK(X({1, 1}).reshape(Shape{}).shape() == Shape{});
}

TEST_CASE_TEMPLATE("reshape: errors", X, EBB_TEST_TYPES) {
  const X x({2, 3});
  CHECK(error([&] { (void)x.reshape({5}); }) == "[reshape] (2, 3) has 6 elements, (5,) has 5");
  CHECK(error([&] {
          (void)x.reshape({-1, 4});
        }) == "[reshape] (2, 3) does not divide into 4 elements for each step of axis 0");
  CHECK(error([&] { (void)x.reshape({-1, 0}); }).starts_with("[reshape] (2, 3) does not divide"));
  CHECK(error([&] { (void)x.reshape({-1, -1}); }) == "[reshape] more than one extent is -1");
  CHECK(error([&] { (void)x.reshape({-2, -3}); }) == "[reshape] extent -2 of axis 0 is negative");
  CHECK(error([&] { (void)X().reshape({1}); }) == "[reshape] the tensor is undefined");
}

TEST_CASE_TEMPLATE("reshape: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  CHECK(gradcheck([](const X& x) { return x.reshape({3, -1}); }, uniform<X>({2, 3}, -1, 1)).passed);
  const X leaf = X({2, 3}).requires_grad();
  leaf.reshape({6}).backward(uniform<X>({6}, -1, 1));
  CHECK(leaf.grad().shape() == Shape{2, 3});
}

}  // namespace ebb::test
