#include "ebb/ops/take_along_axis.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("take_along_axis: one number per result", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  using Numbers = Tensor<std::int32_t, D>;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(values(take_along_axis(x, 1, tensor<std::int32_t, D>({{2, 0}, {1, 1}}))) ==
        std::vector<T>{3, 1, 5, 5});
  CHECK(values(take_along_axis(x, -2, tensor<std::int32_t, D>({{1, 0, 1}}))) == std::vector<T>{4, 2, 6});
  CHECK(take_along_axis(x, 1, Numbers({2, 0})).shape() == Shape{2, 0});
  CHECK(take_along_axis(X({0, 3}), 1, Numbers({0, 5})).shape() == Shape{0, 5});
  constexpr Index huge = Index{1} << 50;
  CHECK(take_along_axis(X({huge, 3, 0}), 1, Numbers({huge, 1, 0})).size() == 0);  // at once

  CHECK(error([&] {
          (void)take_along_axis(x, 1, Numbers({1, 1}));
        }) == "[take_along_axis] shapes (2, 3) and (1, 1) differ in more than axis 1");
  CHECK(error([&] {
          (void)take_along_axis(x, 1, tensor<std::int32_t, D>({{0}, {3}}));
        }) == "[take_along_axis] number 3 at position 1 is not in [0, 3)");
  CHECK(error([&] {
          (void)take_along_axis(x, 2, Numbers({2, 1}));
        }) == "[take_along_axis] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)take_along_axis(X(), 0, Numbers({1})); }) ==
        "[take_along_axis] the input is undefined");
}

TEST_CASE_TEMPLATE("take_along_axis: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  const auto numbers = tensor<std::int32_t, D>({1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1}, {2, 3, 2});
  CHECK(gradcheck([&](const X& x) { return take_along_axis(x, 1, numbers); }, uniform<X>({2, 2, 2}, -1, 1))
            .passed);
  CHECK(gradcheck([&](const X& x) { return take_along_axis(x, 2, numbers); }, uniform<X>({2, 3, 5}, -1, 1))
            .passed);
  CHECK(gradcheck(
            [&](const X& x) {
              return take_along_axis(x, 0, Tensor<std::int32_t, D>({0, 3}));
            },
            uniform<X>({2, 3}, -1, 1))
            .passed);
}

}  // namespace ebb::test
