#include "ebb/ops/repeat.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("repeat: the whole tensor several times along each axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2}, {3, 4}});
  CHECK(values(repeat(x, {1, 2})) == std::vector<T>{1, 2, 1, 2, 3, 4, 3, 4});
  CHECK(values(repeat(x, {2, 1})) == std::vector<T>{1, 2, 3, 4, 1, 2, 3, 4});
  CHECK(repeat(x, {3, 1, 2}).shape() == Shape{3, 2, 4});
  CHECK(values(repeat(tensor<T, D>({1, 2}), {2, 2})) == std::vector<T>{1, 2, 1, 2, 1, 2, 1, 2});
  CHECK(values(repeat(full<T, D>({}, T(3)), {2})) == std::vector<T>{3, 3});
  CHECK(repeat(x, {0, 1}).shape() == Shape{0, 2});
  CHECK(repeat(X({0, 2}), {2, 3}).shape() == Shape{0, 6});

  CHECK(error([&] { (void)repeat(x, {2}); }) == "[repeat] 1 numbers for a tensor of shape (2, 2)");
  CHECK(error([&] {
          (void)repeat(x, {2, -1});
        }) == "[repeat] axis 1 of extent 2 cannot be repeated -1 times");
  CHECK(error([&] { (void)repeat(x, {Index{1} << 60, 1}); }).starts_with("[repeat] axis 0 of extent 2"));
  CHECK(error([&] { (void)repeat(x, {Index{1} << 40, Index{1} << 40}); }).starts_with("[shape] "));
  CHECK(error([&] { (void)repeat(X(), {2}); }) == "[repeat] the input is undefined");
}

TEST_CASE_TEMPLATE("repeat: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 3}, Shape{1, 1}, Shape{0, 3}}) {
    for (const auto& times : {std::vector<Index>{2, 3}, {1, 4}, {3, 2, 1}, {1, 1}, {0, 2}})
      CHECK(gradcheck([&](const X& x) { return repeat(x, times); }, uniform<X>(shape, -1, 1)).passed);
  }
  CHECK(gradcheck([&](const X& x) { return repeat(x, {3, 2}); }, uniform<X>({}, -1, 1)).passed);
}

}  // namespace ebb::test
