#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "ebb/config.hpp"
#include "ebb/core/choose.hpp"

namespace EBB_NAMESPACE::detail {

/// exp(x + rest) for x <= 88 and a rest far below it, which is all that a softmax or a sigmoid asks for, in
/// operations that a vector has: within two units in the last place, results below the smallest normal number
/// included; NaN stays NaN.
///
/// x = n ln 2 + r; a polynomial (Cephes, expf) for exp(r), |r| <= ln 2 / 2; the exponent of 2^n from its
/// bits.
EBB_HOST_DEVICE inline float exp_in_lanes(float x, float rest = 0) {
  constexpr float round = 12582912.0f;  // 1.5 2^23: what is added to it loses its fraction
  const float shifted = x * 1.44269504f + round;
  const float n = shifted - round;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f + rest;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * (r * r) + r + 1.0f;
  // In two factors: 2^n itself may be too small for a float.
  const std::uint32_t power = std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(round);
  const std::uint32_t half = static_cast<std::uint32_t>(static_cast<std::int32_t>(power) >> 1);
  y = y * std::bit_cast<float>((half + 127) << 23) * std::bit_cast<float>((power - half + 127) << 23);
  // Below, 0. A mask, because g++ would make a branch around all of the above out of a choice.
  const std::uint32_t mask = 0u - static_cast<std::uint32_t>(!(x < -104.0f));
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(y) & mask);
}

EBB_HOST_DEVICE inline double exp_in_lanes(double x) { return std::exp(x); }

/// exp(-x^2), as exactly: the square is taken in two parts, since what a float loses of 80 is 4e-6.
EBB_HOST_DEVICE inline float exp_of_minus_square(float x) {
  x = std::fabs(x);
  x = choose(x > 11.0f, 11.0f, x);  // where it is 0, and an infinity would have parts that are none
  const float high = std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) & 0xfffff000u);
  return exp_in_lanes(-high * high, -(x - high) * (x + high));
}

EBB_HOST_DEVICE inline double exp_of_minus_square(double x) { return std::exp(-x * x); }

/// exp(x) - 1 for x <= 88, within two units in the last place: 2^n (exp(r) - 1) + (2^n - 1), n and r as
/// above.
EBB_HOST_DEVICE inline float expm1_in_lanes(float x) {
  constexpr float round = 12582912.0f;
  x = choose(x < -30.0f, -30.0f, x);  // where it is -1
  const float shifted = x * 1.44269504f + round;
  const float n = shifted - round;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float y = 1.985780691e-4f;
  y = y * r + 1.393362996e-3f;
  y = y * r + 8.333360776e-3f;
  y = y * r + 4.166646674e-2f;
  y = y * r + 1.666666716e-1f;
  y = y * r + 0.5f;
  y = y * (r * r) + r;
  const std::uint32_t power = std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(round);
  const float scale = std::bit_cast<float>((power + 127) << 23);
  return std::copysign(y * scale + (scale - 1.0f), x);  // of -0, too
}

EBB_HOST_DEVICE inline double expm1_in_lanes(double x) { return std::expm1(x); }

}  // namespace EBB_NAMESPACE::detail
