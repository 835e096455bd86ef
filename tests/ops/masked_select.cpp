#include "ebb/ops/masked_select.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/comparison.hpp"
#include "threads.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("masked_select: in order, broadcast", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(values(masked_select(x, x > T(2))) == std::vector<T>{3, 4, 5, 6});
  CHECK(values(masked_select(x, tensor<bool, D>({true, false, true}))) == std::vector<T>{1, 3, 4, 6});
  CHECK(values(masked_select(tensor<T, D>({8}), tensor<bool, D>({true, false, true}))) ==
        std::vector<T>{8, 8});
  CHECK(masked_select(x, full<bool, D>({}, false)).shape() == Shape{0});
  CHECK(masked_select(X({0, 3}), full<bool, D>({}, true)).shape() == Shape{0});
  CHECK(error([&] { (void)masked_select(x, Tensor<bool, D>({2})); }).starts_with("[masked_select] shapes"));
  CHECK(error([&] { (void)masked_select(X(), Tensor<bool, D>({2})); }) ==
        "[masked_select] an operand is undefined");
}

TEST_CASE_TEMPLATE("masked_select: many elements on several threads", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = uniform<X>({100003}, -1, 1);
  std::vector<T> expected;
  for (const T v : values(x))
    if (v > T(0.5)) expected.push_back(v);
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    CHECK(values(masked_select(x, x > T(0.5))) == expected);
  }
}

TEST_CASE_TEMPLATE("masked_select: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  const auto row = tensor<bool, D>({true, false, true});
  for (const Shape& shape : {Shape{2, 3}, Shape{3}, Shape{1}, Shape{2, 1}, Shape{0, 3}})
    CHECK(gradcheck([&](const X& x) { return masked_select(x, row); }, uniform<X>(shape, -1, 1)).passed);
}

}  // namespace ebb::test
