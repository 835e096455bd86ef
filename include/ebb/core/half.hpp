#pragma once

#include <bit>
#include <cstdint>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE::detail {

/// The value of a number in IEEE 754's binary16 (1 bit of sign, 5 of exponent, 10 of mantissa), every one of
/// which is a float. Files have such numbers; tensors do not.
inline float float_from_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16, rest = half & 0x7fffu;
  if (rest >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | (rest & 0x3ffu) << 13);  // inf, NaN
  // As a float the bits mean 2^112 times less; the product is exact, also where they are a subnormal.
  return std::bit_cast<float>(sign |
                              std::bit_cast<std::uint32_t>(std::bit_cast<float>(rest << 13) * 0x1p112f));
}

}  // namespace EBB_NAMESPACE::detail
