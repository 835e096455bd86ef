#include "ebb/ops/argsort.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "sort_cases.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("argsort: stable, NaN as the largest", X, EBB_TEST_TYPES) {
  for (const Shape& shape : sort_shapes()) {
    const X x = with_equals<X>(shape);
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      CAPTURE(shape);
      CAPTURE(axis);
      for (const bool descending : {false, true}) {
        const auto y = argsort(x, axis - shape.rank(), {.descending = descending});
        CHECK(y.shape() == shape);
        CHECK(values(y) == sorted_positions(values(x), shape, axis, descending));
      }
    }
  }
  CHECK(error([] { (void)argsort(X({2, 3}), 2); }) == "[argsort] axis 2 does not exist in (2, 3)");
  CHECK(error([] { (void)argsort(X()); }) == "[argsort] the input is undefined");
}

TEST_CASE("argsort: integers") {
  using Positions = std::vector<std::int32_t>;
  CHECK(values(argsort(tensor<std::int32_t>({3, -1, 2, -1}))) == Positions{1, 3, 2, 0});
  CHECK(values(argsort(tensor<std::int64_t>({std::int64_t{1} << 40, -1, 2}))) == Positions{1, 2, 0});
  CHECK(values(argsort(tensor<std::uint8_t>({200, 3, 255}))) == Positions{1, 0, 2});
  CHECK(values(argsort(tensor<bool>({true, false, true}))) == Positions{1, 0, 2});
  CHECK(values(argsort(tensor<bfloat16>({bfloat16(1), bfloat16(-2), bfloat16(0.5)}))) == Positions{1, 2, 0});
}

}  // namespace ebb::test
