#include "ebb/nn/group_norm.hpp"

#include <doctest/doctest.h>

#include "compare.hpp"

namespace nn = ebb::nn;
using ebb::test::error;
using ebb::test::values;

TEST_CASE_TEMPLATE("nn::GroupNorm hands its parameters to group_norm", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::randn<T, D>({2, 6, 5});
  nn::GroupNorm<T, D> group(3, 6);
  group.bias.fill(T(1));
  CHECK(values(group(x)) == values(group_norm(x, 3, group.weight, group.bias)));
  CHECK(group.describe() == "GroupNorm(3, 6)");
  CHECK(nn::GroupNorm<T, D>(2, 6, {.affine = false})(x).shape() == x.shape());
  CHECK(error([] { nn::GroupNorm<T, D>(4, 6); }) ==
        "[group_norm] 6 channels cannot be divided into 4 groups");
}
