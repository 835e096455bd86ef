#include "ebb/ops/masked_fill.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("masked_fill: the mask broadcasts", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({1, 2, 3, 4, 5, 6}, {2, 3});
  const X y = masked_fill(x, tensor<bool, D>({false, true, false}), -1);
  CHECK(y.shape() == Shape{2, 3});
  CHECK(values(y) == std::vector<T>{1, -1, 3, 4, -1, 6});
  CHECK(values(masked_fill(x, full<bool, D>({}, true), 7)) == std::vector<T>(6, T(7)));
  CHECK(masked_fill(X({0, 3}), tensor<bool, D>({false, true, false}), 0).shape() == Shape{0, 3});
  CHECK(error([&] {
          (void)masked_fill(x, Tensor<bool, D>({4, 2, 3}), 0);
        }) == "[masked_fill] a mask of shape (4, 2, 3) does not broadcast to (2, 3)");
  CHECK(error([&] { (void)masked_fill(x, Tensor<bool, D>({2}), 0); }).starts_with("[masked_fill] shapes"));
  CHECK(error([&] { (void)masked_fill(X(), Tensor<bool, D>({2}), 0); }) ==
        "[masked_fill] an operand is undefined");
}

TEST_CASE_TEMPLATE("masked_fill: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  const auto mask = tensor<bool, D>({false, true, false});
  for (const Shape& shape : {Shape{2, 3}, Shape{3}, Shape{0, 3}})
    CHECK(gradcheck([&](const X& x) { return masked_fill(x, mask, 9); }, uniform<X>(shape, -1, 1)).passed);
}

}  // namespace ebb::test
