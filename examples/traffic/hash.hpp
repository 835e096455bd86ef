#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>

namespace traffic {

/// Spreads every bit of x over all 64 (the finaliser of splitmix64, a bijection).
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Folds any number of integers into one hash; the order counts.
template <class... Rest>
constexpr std::uint64_t mix64(std::uint64_t first, Rest... rest) {
  return mix64(mix64(static_cast<std::uint64_t>(rest)...) ^ first);
}

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

/// A fast hash of bytes, for finding equal ones (no protection against an adversary).
/// Two different inputs out of n collide with a probability of about n^2 / 2^65.
Hash128 hash128(std::span<const std::uint8_t> bytes);

/// 32 hexadecimal digits, the higher half first.
std::string to_hex(const Hash128& hash);

}  // namespace traffic
