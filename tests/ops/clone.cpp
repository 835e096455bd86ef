#include "ebb/ops/clone.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("clone: elements of its own", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = uniform<X>({2, 3}, -1, 1);
  X y = x.clone();
  CHECK(y.shape() == x.shape());
  CHECK(values(y) == values(x));
  y.fill(T(7));
  CHECK(values(x) == values(uniform<X>({2, 3}, -1, 1)));
  CHECK(X({0, 3}).clone().shape() == Shape{0, 3});
  CHECK(error([] { (void)X().clone(); }) == "[clone] the tensor is undefined");
}

TEST_CASE_TEMPLATE("clone: the gradient", D, EBB_TEST_DEVICES) {
  CHECK(gradcheck([](const auto& x) { return x.clone(); }, uniform<Tensor<double, D>>({2, 3}, -1, 1)).passed);
}

}  // namespace ebb::test
