#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

namespace traffic::synthetic {

using Bytes = std::vector<std::uint8_t>;

/// Both ends included: bytes, packets, rounds or microseconds.
struct Range {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};

/// SplitMix64 (Steele, Lea, Flood 2014). Integers only and no std distributions, which differ between
/// standard libraries: one seed gives the same captures, byte for byte, everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  std::uint32_t u32() { return static_cast<std::uint32_t>(next() >> 32); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(next() >> 48); }

  /// Uniform in [0, n); n > 0.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(u32()) * n) >> 32);
  }

  std::uint32_t between(Range range) { return range.low + below(range.high - range.low + 1); }

  /// Mostly near the low end with a long tail: the cube of a uniform number, as sizes and pauses are.
  std::uint32_t skewed(Range range) {
    const std::uint64_t u = u16();
    const std::uint64_t cube = (((u * u) >> 16) * u) >> 16;
    return range.low + static_cast<std::uint32_t>((cube * (range.high - range.low + 1)) >> 16);
  }

  bool chance(std::uint32_t percent) { return below(100) < percent; }

  template <class Container>
  const auto& pick(const Container& choices) {
    return choices[below(static_cast<std::uint32_t>(std::size(choices)))];
  }

  Bytes bytes(std::size_t count) {
    Bytes result(count);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i % 8 == 0) word = next();
      result[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
    }
    return result;
  }

  /// A generator of its own for `name`: what one capture draws never shifts another.
  Random fork(std::string_view name) const;

 private:
  std::uint64_t state_;
};

/// FNV-1a.
inline std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
  return hash;
}

inline Random Random::fork(std::string_view name) const {
  return Random(Random(state_ ^ hash_of(name)).next());
}

}  // namespace traffic::synthetic
