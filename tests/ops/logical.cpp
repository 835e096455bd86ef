#include "ebb/ops/logical.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("logical: the tables, broadcast", D, EBB_TEST_DEVICES) {
  using Bits = std::vector<bool>;
  const auto column = tensor<bool, D>({false, true}, {2, 1}), row = tensor<bool, D>({false, true}, {1, 2});
  CHECK((column & row).shape() == Shape{2, 2});
  CHECK(values(column & row) == Bits{false, false, false, true});
  CHECK(values(column | row) == Bits{false, true, true, true});
  CHECK(values(!row) == Bits{true, false});
  CHECK((!Tensor<bool, D>({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE_TEMPLATE("logical: errors", D, EBB_TEST_DEVICES) {
  using M = Tensor<bool, D>;
  CHECK(error([] { (void)(M({2}) & M({3})); }).starts_with("[logical_and] shapes (2,) and (3,) do not"));
  CHECK(error([] { (void)(M({2}) | M({3})); }).starts_with("[logical_or] shapes (2,) and (3,) do not"));
  CHECK(error([] { (void)(M() | M({3})); }) == "[logical_or] an operand is undefined");
  CHECK(error([] { (void)!M(); }) == "[logical_not] the input is undefined");
}

}  // namespace ebb::test
