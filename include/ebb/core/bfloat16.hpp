#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <ostream>
#include <type_traits>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE {

/// The upper half of a float: 8 bits of exponent, 7 of mantissa. A storage type: arithmetic happens in
/// float after the implicit conversion, and the way back rounds to nearest, ties to even.
struct bfloat16 {
  std::uint16_t bits = 0;

  bfloat16() = default;
  explicit bfloat16(float value) : bits(rounded(value)) {}
  explicit bfloat16(double value) : bfloat16(static_cast<float>(value)) {}
  explicit bfloat16(int value) : bfloat16(static_cast<float>(value)) {}

  operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

  friend bool operator==(bfloat16 a, bfloat16 b) { return static_cast<float>(a) == static_cast<float>(b); }
  friend std::ostream& operator<<(std::ostream& out, bfloat16 value) {
    return out << static_cast<float>(value);
  }

 private:
  static std::uint16_t rounded(float value) {
    const auto word = std::bit_cast<std::uint32_t>(value);
    if ((word & 0x7fffffffu) > 0x7f800000u)  // a NaN whose payload lies in the lower half must stay one
      return static_cast<std::uint16_t>((word >> 16) | 0x40u);
    return static_cast<std::uint16_t>((word + 0x7fffu + ((word >> 16) & 1u)) >> 16);
  }
};

namespace detail {
/// The type in which kernels compute on elements of type T.
template <class T>
using compute_t = std::conditional_t<std::is_same_v<T, bfloat16>, float, T>;
}  // namespace detail

}  // namespace EBB_NAMESPACE
