#include "ebb/core/error.hpp"

#include <doctest/doctest.h>

#include "ebb/core/shape.hpp"

namespace ebb::test {

TEST_CASE("error: an id and all the facts") {
  try {
    detail::require(false, "conv1d", "input ", Shape{128, 3}, " has ", 3, " channels, ", 0.5, ' ',
                    std::string("x"));
    FAIL("nothing thrown");
  } catch (const Error& e) {
    CHECK(e.id() == "conv1d");
    CHECK(std::string(e.what()) == "[conv1d] input (128, 3) has 3 channels, 0.5 x");
    CHECK(e.facts() == "input (128, 3) has 3 channels, 0.5 x");
  }
  CHECK_NOTHROW(detail::require(true, "conv1d", "unused"));
  CHECK_THROWS_AS(detail::fail("x", "y"), std::runtime_error);
}

}  // namespace ebb::test
