#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE::detail {

/// exp(x) for x <= 88, which is all that a softmax or a sigmoid asks for, in operations that a vector has:
/// within two units in the last place, results below the smallest normal number included; NaN stays NaN.
///
/// x = n ln 2 + r; a polynomial (Cephes, expf) for exp(r), |r| <= ln 2 / 2; the exponent of 2^n from its
/// bits.
EBB_HOST_DEVICE inline float exp_in_lanes(float x) {
  constexpr float round = 12582912.0f;  // 1.5 2^23: what is added to it loses its fraction
  const float shifted = x * 1.44269504f + round;
  const float n = shifted - round;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
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

}  // namespace EBB_NAMESPACE::detail
