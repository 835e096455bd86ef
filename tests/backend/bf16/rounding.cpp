#include <limits>

#include <doctest/doctest.h>

#include "backend/bf16/kernels.hpp"

using namespace ebb;
using namespace ebb::test;

namespace {

/// Ties both ways, signs, overflow to infinity, the specials, and enough others for whole vectors and a rest.
std::vector<float> numbers() {
  std::vector<float> all{0.0f,
                         -0.0f,
                         1.0f,
                         1.00390625f,
                         1.01171875f,
                         -1.00390625f,
                         1.00390637f,
                         3.3895314e38f,
                         3.4028235e38f,
                         1e-30f,
                         std::numeric_limits<float>::infinity(),
                         -std::numeric_limits<float>::infinity()};
  std::mt19937 random(1);
  while (all.size() < 96)
    all.push_back(
        std::ldexp(std::normal_distribution<float>()(random), static_cast<int>(random() % 60) - 30));
  return all;
}

}  // namespace

TEST_CASE("bf16: every kernel rounds to nearest, ties to even") {
  const std::vector<float> x = numbers();
  const auto bits = [&](std::size_t i) { return static_cast<std::uint32_t>(bfloat16(x[i]).bits); };
  for (const NamedKernel& named : kernels()) {
    CAPTURE(named.name);
    std::vector<cpu::bf16::Pair> pairs(48, 0);
    named.kernel->round(x.data(), 96, pairs.data(), 16);
    for (std::size_t i = 0; i < 48; ++i) CHECK(pairs[i] == (bits(2 * i) | bits(2 * i + 1) << 16));

    for (const std::size_t count : {1u, 15u, 37u, 48u}) {
      pairs.assign(49, 7);
      named.kernel->interleave(x.data(), x.data() + 48, static_cast<Index>(count), pairs.data());
      for (std::size_t i = 0; i < count; ++i) CHECK(pairs[i] == (bits(i) | bits(48 + i) << 16));
      CHECK(pairs[count] == 7);
    }
  }
}

TEST_CASE("bf16: every kernel keeps NaN, whatever its payload") {
  const std::vector<float> x(32, std::bit_cast<float>(0x7f800001u));
  for (const NamedKernel& named : kernels()) {
    CAPTURE(named.name);
    std::vector<cpu::bf16::Pair> pairs(16, 0);
    named.kernel->round(x.data(), 32, pairs.data(), 16);
    for (const auto pair : pairs) {
      CHECK(std::isnan(std::bit_cast<float>(pair << 16)));
      CHECK(std::isnan(std::bit_cast<float>(pair & 0xffff0000u)));
    }
  }
}
