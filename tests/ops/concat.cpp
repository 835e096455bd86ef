#include "ebb/ops/concat.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("concat: one after another along an axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X a = tensor<T, D>({1, 2, 3, 4}, {2, 2}), b = tensor<T, D>({5, 6}, {2, 1}),
          c = tensor<T, D>({7, 8}, {1, 2});
  CHECK(values(concat({a, b, b}, 1)) == std::vector<T>{1, 2, 5, 5, 3, 4, 6, 6});
  CHECK(values(concat({a, c}, -2)) == std::vector<T>{1, 2, 3, 4, 7, 8});
  CHECK(values(concat(std::vector{a}, 0)) == values(a));
  CHECK(values(concat({X({2, 0}), a}, 1)) == values(a));
  CHECK(concat({X({0, 2}), X({0, 3})}, 1).shape() == Shape{0, 5});

  CHECK(error([&] {
          (void)concat({a, b}, 0);
        }) == "[concat] shapes (2, 2) and (2, 1) differ in more than axis 0");
  CHECK(error([&] {
          (void)concat({a, X({2, 2, 1})}, 0);
        }).starts_with("[concat] shapes (2, 2) and (2, 2, 1)"));
  CHECK(error([&] { (void)concat({a, a}, 2); }) == "[concat] axis 2 does not exist in (2, 2)");
  CHECK(error([&] { (void)concat({a, X()}, 0); }) == "[concat] a part is undefined");
  CHECK(error([&] { (void)concat(std::vector<X>{}, 0); }) == "[concat] there are no parts");
}

TEST_CASE_TEMPLATE("concat: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Index axis : {0, 1, 2}) {
    Shape first{2, 3, 2}, second = first, empty = first;
    second[axis] = 1;
    empty[axis] = 0;
    const X a = uniform<X>(first, -1, 1, 1), b = uniform<X>(second, -1, 1, 2), c = uniform<X>(empty, -1, 1);
    CHECK(gradcheck(
              [&](const X& u, const X& v, const X& w) {
                return concat({u, v, w, u}, axis);
              },
              {a, b, c})
              .passed);
    CHECK(gradcheck([&](const X& v) { return concat({a, v}, axis); }, b).passed);
  }
}

}  // namespace ebb::test
