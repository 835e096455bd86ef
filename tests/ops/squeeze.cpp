#include "ebb/ops/squeeze.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("squeeze: without axes of extent 1", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x({2, 1, 3, 1});
  CHECK(squeeze(x, 1).shape() == Shape{2, 3, 1});
  CHECK(squeeze(x, {-1, 1}).shape() == Shape{2, 3});
  CHECK(squeeze(x).shape() == Shape{2, 3});
  CHECK(squeeze(X({1, 1})).shape() == Shape{});
  squeeze(x).fill(T(4));
  CHECK(x(1, 0, 2, 0) == 4);  // shared

  CHECK(error([&] { (void)squeeze(x, 0); }) == "[squeeze] axis 0 of (2, 1, 3, 1) has extent 2, not 1");
  CHECK(error([&] { (void)squeeze(x, 4); }) == "[squeeze] axis 4 does not exist in (2, 1, 3, 1)");
  CHECK(error([&] { (void)squeeze(X()); }) == "[squeeze] the input is undefined");
  CHECK(error([&] { (void)squeeze(X(), 0); }) == "[squeeze] the input is undefined");
}

TEST_CASE_TEMPLATE("squeeze: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 1, 3}, Shape{1, 1, 1}, Shape{0, 1, 2}}) {
    CHECK(gradcheck([](const X& x) { return squeeze(x, 1); }, uniform<X>(shape, -1, 1)).passed);
    CHECK(gradcheck([](const X& x) { return squeeze(x); }, uniform<X>(shape, -1, 1)).passed);
  }
}

}  // namespace ebb::test
