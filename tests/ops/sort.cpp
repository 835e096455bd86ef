#include "ebb/ops/sort.hpp"

#include <algorithm>
#include <cstdint>

#include <doctest/doctest.h>

#include "sort_cases.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("sort: values and where they came from", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  for (const Shape& shape : sort_shapes()) {
    const X x = with_equals<X>(shape);
    const auto in = comparable(x);
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      CAPTURE(shape);
      CAPTURE(axis);
      const Index count = shape[axis], inner = shape.size_between(axis + 1, shape.rank());
      for (const bool descending : {false, true}) {
        const auto [y, indices] = sort(x, axis, {.descending = descending});
        const auto expected = sorted_positions(values(x), shape, axis, descending);
        CHECK(values(indices) == expected);
        std::vector<T> taken;
        for (std::size_t i = 0; i < expected.size(); ++i) {
          const Index place = static_cast<Index>(i),
                      line = place / (count * inner) * count * inner + place % inner;
          taken.push_back(in[static_cast<std::size_t>(line + expected[i] * inner)]);
        }
        CHECK(y.shape() == shape);
        CHECK(comparable(y) == taken);
      }
    }
  }
  CHECK(error([] { (void)sort(X({2, 3}), -3); }) == "[sort] axis -3 does not exist in (2, 3)");
  CHECK(error([] { (void)sort(X()); }) == "[sort] the input is undefined");
}

TEST_CASE_TEMPLATE("sort: the gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{5}, Shape{2, 3, 4}, Shape{0, 3}}) {
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      const auto x = uniform<Tensor<double, D>>(shape, -1, 1);
      for (const bool descending : {false, true})
        CHECK(gradcheck([=](const auto& v) { return sort(v, axis, {.descending = descending}).values; }, x)
                  .passed);
    }
  }
}

}  // namespace ebb::test
