#include "ebb/ops/pad.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("pad: steps at the ends of an axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = tensor<T, typename X::device_type>({1, 2, 3, 4}, {2, 2});
  CHECK(values(pad(x, 1, {.before = 1, .after = 2})) == std::vector<T>{0, 1, 2, 0, 0, 0, 3, 4, 0, 0});
  CHECK(values(pad(x, 0, {.after = 1, .value = T(7)})) == std::vector<T>{1, 2, 3, 4, 7, 7});
  CHECK(values(pad(x, -2, {})) == values(x));
  CHECK(values(pad(X({2, 0}), 1, {.before = 1, .value = T(5)})) == std::vector<T>{5, 5});

  CHECK(error([&] { (void)pad(x, 1, {.before = -1}); }) ==
        "[pad] the padding (-1, 0) of axis 1 of (2, 2) is negative");
  CHECK(error([&] { (void)pad(x, 2, {}); }) == "[pad] axis 2 does not exist in (2, 2)");
  CHECK(error([&] { (void)pad(X(), 0, {}); }) == "[pad] the input is undefined");
}

TEST_CASE_TEMPLATE("pad: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 4, 3}, Shape{1, 1, 1}, Shape{0, 4, 2}, Shape{2, 0, 2}}) {
    CHECK(gradcheck([](const X& x) { return pad(x, 1, {.before = 2, .after = 1, .value = 3}); },
                    uniform<X>(shape, -1, 1))
              .passed);
  }
}

}  // namespace ebb::test
