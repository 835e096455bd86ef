#include "ebb/ops/flip.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("flip: axes backwards", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(values(flip(x, 0)) == std::vector<T>{4, 5, 6, 1, 2, 3});
  CHECK(values(flip(x, -1)) == std::vector<T>{3, 2, 1, 6, 5, 4});
  CHECK(values(flip(x, {0, 1})) == std::vector<T>{6, 5, 4, 3, 2, 1});
  CHECK(values(flip(x, {})) == values(x));
  CHECK(flip(X({2, 0}), 1).shape() == Shape{2, 0});
  CHECK(values(flip(tensor<std::uint8_t, D>({1, 2}), 0)) == std::vector<std::uint8_t>{2, 1});

  CHECK(error([&] { (void)flip(x, 2); }) == "[flip] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)flip(x, {0, -2}); }) == "[flip] axis -2 of (2, 3) is named twice");
  CHECK(error([&] { (void)flip(X(), 0); }) == "[flip] the input is undefined");
}

TEST_CASE_TEMPLATE("flip: twice is nothing", X, EBB_TEST_TYPES) {
  const X x = uniform<X>({3, 70, 5, 2}, -1, 1);
  for (const Axes& axes : {Axes{0}, Axes{1}, Axes{3}, Axes{1, 2}, Axes{0, 3}, Axes{0, 1, 2, 3}}) {
    CHECK(values(flip(flip(x, axes), axes)) == values(x));
    CHECK(values(flip(x, axes)) != values(x));
  }
}

TEST_CASE_TEMPLATE("flip: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 3, 4}, Shape{1, 1, 1}, Shape{2, 0, 3}}) {
    CHECK(gradcheck([](const X& x) { return flip(x, 1); }, uniform<X>(shape, -1, 1)).passed);
    CHECK(gradcheck([](const X& x) { return flip(x, {0, 2}); }, uniform<X>(shape, -1, 1)).passed);
  }
}

}  // namespace ebb::test
