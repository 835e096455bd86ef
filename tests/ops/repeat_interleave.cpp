#include "ebb/ops/repeat_interleave.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("repeat_interleave: each step several times in a row", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2}, {3, 4}});
  CHECK(values(repeat_interleave(x, 2, 0)) == std::vector<T>{1, 2, 1, 2, 3, 4, 3, 4});
  CHECK(values(repeat_interleave(x, 3, -1)) == std::vector<T>{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4});
  CHECK(repeat_interleave(x, 0, 1).shape() == Shape{2, 0});

  CHECK(error([&] { (void)repeat_interleave(x, 2, 2); }) ==
        "[repeat_interleave] axis 2 does not exist in (2, 2)");
  CHECK(error([&] { (void)repeat_interleave(x, -1, 0); }) ==
        "[repeat_interleave] axis 0 of extent 2 cannot be repeated -1 times");
  CHECK(error([&] {
          (void)repeat_interleave(x, Index{1} << 60, 0);
        }).starts_with("[repeat_interleave] axis 0"));
  CHECK(error([&] { (void)repeat_interleave(X(), 2, 0); }) == "[repeat_interleave] the input is undefined");
}

TEST_CASE_TEMPLATE("repeat_interleave: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 3, 4}, Shape{1, 1, 1}, Shape{0, 3, 1}}) {
    for (const Index axis : {0, 1, 2}) {
      for (const Index count : {0, 1, 3}) {
        CHECK(
            gradcheck([&](const X& x) { return repeat_interleave(x, count, axis); }, uniform<X>(shape, -1, 1))
                .passed);
      }
    }
  }
}

}  // namespace ebb::test
