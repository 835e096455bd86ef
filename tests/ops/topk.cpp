#include "ebb/ops/topk.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "ebb/ops/narrow.hpp"
#include "ebb/ops/sort.hpp"
#include "sort_cases.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("topk: the beginning of a sort", X, EBB_TEST_TYPES) {
  for (const Shape& shape : sort_shapes()) {
    const X x = with_equals<X>(shape);
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      for (const Index k : {Index{0}, std::min<Index>(1, shape[axis]), shape[axis] / 2, shape[axis]}) {
        CAPTURE(shape);
        CAPTURE(axis);
        CAPTURE(k);
        for (const bool largest : {false, true}) {
          const auto [y, indices] = topk(x, k, axis, {.largest = largest});
          const auto [all, places] = sort(x, axis, {.descending = largest});
          CHECK(y.shape() == indices.shape());
          CHECK(comparable(y) == comparable(narrow(all, axis, 0, k)));
          CHECK(values(indices) == values(narrow(places, axis, 0, k)));
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("topk: the gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{5}, Shape{2, 3, 4}}) {
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      const auto x = uniform<Tensor<double, D>>(shape, -1, 1);
      for (const Index k : {0, 1, 2})
        CHECK(gradcheck([=](const auto& v) { return topk(v, k, axis).values; }, x).passed);
    }
  }
}

TEST_CASE_TEMPLATE("topk: errors", X, EBB_TEST_TYPES) {
  CHECK(error([] { (void)topk(X({2, 3}), 4); }) == "[topk] k is 4, axis -1 of (2, 3) has 3 elements");
  CHECK(error([] { (void)topk(X({2, 3}), -1); }) == "[topk] k is -1, axis -1 of (2, 3) has 3 elements");
  CHECK(error([] { (void)topk(X({2, 3}), 1, 2); }) == "[topk] axis 2 does not exist in (2, 3)");
  CHECK(error([] { (void)topk(X(), 1); }) == "[topk] the input is undefined");
}

}  // namespace ebb::test
