#include "ebb/ops/isfinite.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("isfinite: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const X x = tensor<T, typename X::device_type>({nan, inf, -inf, 1}, {2, 2}).requires_grad();
  CHECK(isfinite(x).shape() == Shape{2, 2});
  CHECK(values(isfinite(x)) == std::vector<bool>{false, false, false, true});
  CHECK_FALSE(isfinite(x).needs_grad());
  CHECK(isfinite(X({0, 3})).shape() == Shape{0, 3});
  CHECK(error([] { (void)isfinite(X()); }) == "[isfinite] the input is undefined");
}

TEST_CASE("isfinite: integers") {
  CHECK(values(isfinite(tensor<std::int32_t>({1, 2}))) == std::vector<bool>(2, true));
}

}  // namespace ebb::test
