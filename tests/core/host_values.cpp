#include "ebb/core/host_values.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

TEST_CASE_TEMPLATE("host_values: the values of a tensor, which they keep alive", D, EBB_TEST_DEVICES) {
  const ebb::detail::HostValues values(ebb::tensor<std::int32_t, D>({4, 5, 6}));
  CHECK(values.size() == 3);
  CHECK(values[0] == 4);
  CHECK(values[2] == 6);
}
