#include "ebb/ops/transpose.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("transpose: two axes exchanged", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(transpose(x, 0, 1).shape() == Shape{3, 2});
  CHECK(values(transpose(x, 0, 1)) == std::vector<T>{1, 4, 2, 5, 3, 6});
  CHECK(values(transpose(x, -1, 0)) == std::vector<T>{1, 4, 2, 5, 3, 6});
  CHECK(values(transpose(x, 1, 1)) == values(x));
  CHECK(transpose(X({2, 3, 0, 5}), 1, 3).shape() == Shape{2, 5, 0, 3});

  CHECK(error([&] { (void)transpose(x, 0, 2); }) == "[transpose] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)transpose(X(), 0, 1); }) == "[transpose] the input is undefined");
}

TEST_CASE_TEMPLATE("transpose: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 3, 5}, Shape{1, 9, 10}, Shape{2, 0, 3}})
    CHECK(gradcheck([](const X& x) { return transpose(x, 1, 2); }, uniform<X>(shape, -1, 1)).passed);
}

}  // namespace ebb::test
