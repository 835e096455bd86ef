#include "ebb/ops/isinf.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("isinf: special values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const X x = tensor<T, typename X::device_type>({nan, inf, -inf, 1}, {2, 2}).requires_grad();
  CHECK(isinf(x).shape() == Shape{2, 2});
  CHECK(values(isinf(x)) == std::vector<bool>{false, true, true, false});
  CHECK_FALSE(isinf(x).needs_grad());
  CHECK(isinf(X({0, 3})).shape() == Shape{0, 3});
  CHECK(error([] { (void)isinf(X()); }) == "[isinf] the input is undefined");
}

TEST_CASE("isinf: integers") {
  CHECK(values(isinf(tensor<std::int32_t>({1, 2}))) == std::vector<bool>(2, false));
}

}  // namespace ebb::test
