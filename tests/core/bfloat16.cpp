#include "ebb/core/bfloat16.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>

#include <doctest/doctest.h>

namespace ebb::test {

TEST_CASE("bfloat16: all 65536 values survive the way to float and back") {
  int wrong = 0;
  for (std::uint32_t bits = 0; bits < 65536; ++bits) {
    bfloat16 value;
    value.bits = static_cast<std::uint16_t>(bits);
    const float wide = value;
    const bfloat16 back(wide);
    if (std::isnan(wide)) {
      wrong += !std::isnan(static_cast<float>(back)) ||
               std::signbit(static_cast<float>(back)) != std::signbit(wide);
    } else {
      wrong += back.bits != value.bits;
    }
  }
  CHECK(wrong == 0);
}

// Each float between two neighbouring bfloat16 goes to the nearer one, from the middle to the even one.
TEST_CASE("bfloat16: rounds to nearest, ties to even") {
  int wrong = 0;
  for (const std::uint32_t upper : {0x3f80u, 0x3f81u, 0x0000u, 0x0001u, 0x7f7eu, 0x8000u, 0xc2c7u}) {
    for (std::uint32_t lower = 0; lower < 65536; ++lower) {
      const bfloat16 rounded(std::bit_cast<float>((upper << 16) | lower));
      const bool up = lower > 0x8000 || (lower == 0x8000 && (upper & 1) != 0);
      wrong += rounded.bits != upper + (up ? 1 : 0);
    }
  }
  CHECK(wrong == 0);
  CHECK(std::isinf(static_cast<float>(bfloat16(std::numeric_limits<float>::max()))));
  CHECK(static_cast<float>(bfloat16(-std::numeric_limits<float>::infinity())) ==
        -std::numeric_limits<float>::infinity());
}

TEST_CASE("bfloat16: NaN stays NaN, zeros are equal") {
  CHECK(std::isnan(static_cast<float>(bfloat16(std::bit_cast<float>(0x7f800001u)))));
  CHECK(std::isnan(static_cast<float>(bfloat16(std::bit_cast<float>(0xffffffffu)))));
  const bfloat16 nan(std::numeric_limits<float>::quiet_NaN());
  CHECK_FALSE(nan == nan);
  CHECK(bfloat16(0.0f) == bfloat16(-0.0f));
  CHECK(bfloat16(3) == bfloat16(3.0));
  std::ostringstream out;
  out << bfloat16(1.5f);
  CHECK(out.str() == "1.5");
}

}  // namespace ebb::test
