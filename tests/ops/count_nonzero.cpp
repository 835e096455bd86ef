#include "ebb/ops/count_nonzero.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("count_nonzero: numbers", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using Counts = std::vector<std::int64_t>;
  const X x = tensor<T, typename X::device_type>({0, 1, -2, 0, 0, T(0.5)}, {2, 3});
  CHECK(values(count_nonzero(x, 0)) == Counts{0, 1, 2});
  CHECK(values(count_nonzero(x, 1)) == Counts{2, 1});
  CHECK(count_nonzero(x, 1, {.keep_axes = true}).shape() == Shape{2, 1});
  CHECK(count_nonzero(x).shape() == Shape{});
  CHECK(count_nonzero(x).item() == 3);
  CHECK(count_nonzero(X({0, 3})).item() == 0);
  CHECK(error([] { (void)count_nonzero(X()); }) == "[count_nonzero] the input is undefined");
  CHECK(error([&] { (void)count_nonzero(x, 2); }) == "[count_nonzero] axis 2 does not exist in (2, 3)");
}

TEST_CASE_TEMPLATE("count_nonzero: masks beyond 255", D, EBB_TEST_DEVICES) {
  CHECK(count_nonzero(full<bool, D>({40001}, true)).item() == 40001);
}

}  // namespace ebb::test
