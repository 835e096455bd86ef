#include "ebb/ops/isnan.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("isnan: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const X x = tensor<T, typename X::device_type>({nan, inf, -inf, 1}, {2, 2}).requires_grad();
  CHECK(isnan(x).shape() == Shape{2, 2});
  CHECK(values(isnan(x)) == std::vector<bool>{true, false, false, false});
  CHECK_FALSE(isnan(x).needs_grad());
  CHECK(isnan(X({0, 3})).shape() == Shape{0, 3});
  CHECK(error([] { (void)isnan(X()); }) == "[isnan] the input is undefined");
}

TEST_CASE("isnan: integers") {
  CHECK(values(isnan(tensor<std::int32_t>({1, 2}))) == std::vector<bool>(2, false));
}

}  // namespace ebb::test
