#include "ebb/ops/split.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/multiply.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("split: parts of given sizes", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  const auto parts = split(x, {1, 0, 2}, 1);
  REQUIRE(parts.size() == 3);
  CHECK(values(parts[0]) == std::vector<T>{1, 4});
  CHECK(parts[1].shape() == Shape{2, 0});
  CHECK(values(parts[2]) == std::vector<T>{2, 3, 5, 6});

  CHECK(error([&] { (void)split(x, {1, 1}, 1); }) == "[split] sizes that add up to 2 for axis 1 of (2, 3)");
  CHECK(error([&] { (void)split(x, {4, -1}, 1); }) == "[split] a part of size -1");
  CHECK(error([&] { (void)split(x, {1, 1}, 2); }) == "[split] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)split(X(), {1, 1}); }) == "[split] the input is undefined");
}

TEST_CASE_TEMPLATE("split: parts of one size", X, EBB_TEST_TYPES) {
  const X x({5, 2});
  const auto parts = split(x, 2);
  REQUIRE(parts.size() == 3);
  CHECK(parts[1].shape() == Shape{2, 2});
  CHECK(parts[2].shape() == Shape{1, 2});
  CHECK(split(x, 9, -1).size() == 1);
  CHECK(split(X({0, 2}), 1).empty());

  CHECK(error([&] { (void)split(x, 0); }) == "[split] parts of size 0");
  CHECK(error([&] { (void)split(x, 1, 2); }) == "[split] axis 2 does not exist in (5, 2)");
  CHECK(error([&] { (void)split(X(), 1); }) == "[split] the input is undefined");
}

TEST_CASE_TEMPLATE("split: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 4, 3}, Shape{1, 4, 1}, Shape{0, 4, 2}}) {
    CHECK(gradcheck(
              [](const X& x) {
                const auto parts = split(x, 2, 1);
                return parts[0] * parts[1];
              },
              uniform<X>(shape, -1, 1))
              .passed);
  }
}

}  // namespace ebb::test
