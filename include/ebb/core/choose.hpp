#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE::detail {

/// chosen ? a : b in operations that a vector has. Of a choice g++ would make a branch, which an irregular
/// mask makes ten times as slow.
template <class T>
EBB_HOST_DEVICE T choose(bool chosen, T a, T b) {
  using Bits = std::conditional_t<
      sizeof(T) == 1, std::uint8_t,
      std::conditional_t<sizeof(T) == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
  static_assert(sizeof(T) == sizeof(Bits));
  const Bits mask = static_cast<Bits>(Bits{0} - static_cast<Bits>(chosen));
  const Bits bits_a = std::bit_cast<Bits>(a), bits_b = std::bit_cast<Bits>(b);
  return std::bit_cast<T>(static_cast<Bits>(bits_b ^ ((bits_a ^ bits_b) & mask)));
}

}  // namespace EBB_NAMESPACE::detail
