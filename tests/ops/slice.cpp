#include "ebb/ops/slice.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("slice: a part of the leading axis, shared", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  X x = tensor<T, typename X::device_type>({0, 1, 2, 3, 4, 5}, {3, 2});
  X y = x.slice(1, 3);
  CHECK(y.shape() == Shape{2, 2});
  CHECK(values(y) == std::vector<T>{2, 3, 4, 5});
  CHECK(x.slice(1, 1).shape() == Shape{0, 2});
  CHECK(x.slice(3, 3).shape() == Shape{0, 2});
  x.slice(1, 2).fill(T(9));
  CHECK(values(x) == std::vector<T>{0, 1, 9, 9, 4, 5});
  CHECK(values(y) == std::vector<T>{9, 9, 4, 5});

  CHECK(error([&] { (void)x.slice(2, 4); }) == "[slice] [2, 4) is not a part of the leading axis of (3, 2)");
  CHECK(error([&] { (void)x.slice(2, 1); }).starts_with("[slice] [2, 1)"));
  CHECK(error([&] { (void)x.slice(-1, 1); }).starts_with("[slice] [-1, 1)"));
  CHECK(error([] { (void)X(Shape{}).slice(0, 0); }) == "[slice] a tensor of shape () has no leading axis");
}

TEST_CASE_TEMPLATE("slice: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const auto& [first, last] : {std::pair{0, 3}, {1, 2}, {3, 3}, {0, 1}}) {
    const Index from = first, to = last;
    CHECK(gradcheck([&](const X& x) { return x.slice(from, to); }, uniform<X>({3, 2}, -1, 1)).passed);
  }
}

}  // namespace ebb::test
