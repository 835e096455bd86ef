#include "ebb/ops/stack.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("stack: along a new axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X a = tensor<T, D>({1, 2}), b = tensor<T, D>({3, 4});
  CHECK(stack({a, b, a}).shape() == Shape{3, 2});
  CHECK(values(stack({a, b})) == std::vector<T>{1, 2, 3, 4});
  CHECK(values(stack({a, b}, 1)) == std::vector<T>{1, 3, 2, 4});
  CHECK(values(stack({a, b}, -1)) == std::vector<T>{1, 3, 2, 4});
  CHECK(stack({X(Shape{}), X(Shape{})}).shape() == Shape{2});
  CHECK(stack({X({0, 3})}, 1).shape() == Shape{0, 1, 3});

  CHECK(error([&] { (void)stack({a, X({3})}); }) == "[stack] shapes (2,) and (3,) differ");
  CHECK(error([&] { (void)stack({a}, 2); }) == "[stack] there is no place for axis 2 in (2,)");
  CHECK(error([&] { (void)stack({X(), a}); }) == "[stack] a part is undefined");
  CHECK(error([&] { (void)stack(std::vector<X>{}); }) == "[stack] there are no parts");
}

TEST_CASE_TEMPLATE("stack: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  const X a = uniform<X>({2, 3}, -1, 1, 1), b = uniform<X>({2, 3}, -1, 1, 2);
  for (const Index axis : {0, 1, 2})
    CHECK(gradcheck([&](const X& u, const X& v) { return stack({u, v}, axis); }, {a, b}).passed);
}

}  // namespace ebb::test
