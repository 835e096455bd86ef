#include "traffic/hash.hpp"

#include <array>
#include <cstddef>
#include <cstring>

namespace traffic {
namespace {

// Odd constants of splitmix64 and of the golden ratio: any with well mixed bits would do.
constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kSecond = 0xbf58476d1ce4e5b9;
constexpr std::uint64_t kThird = 0x94d049bb133111eb;
constexpr std::uint64_t kFourth = 0xd6e8feb86659fd93;
constexpr std::size_t kBlock = 32;

__extension__ using Product = unsigned __int128;

std::uint64_t multiply_fold(std::uint64_t a, std::uint64_t b) {
  const Product product = static_cast<Product>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t read64(const std::uint8_t* from) {
  std::uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

Hash128 hash128(std::span<const std::uint8_t> bytes) {
  // Not the constants of absorb, or two words of the first block could change places.
  std::uint64_t a = mix64(bytes.size());
  std::uint64_t b = kFourth;
  const auto absorb = [&](const std::uint8_t* block) {
    a = multiply_fold(read64(block) ^ kFirst, read64(block + 8) ^ a) + kThird;
    b = multiply_fold(read64(block + 16) ^ kSecond, read64(block + 24) ^ b) + kFourth;
  };
  std::size_t at = 0;
  for (; at + kBlock <= bytes.size(); at += kBlock) absorb(bytes.data() + at);
  if (at < bytes.size()) {
    std::array<std::uint8_t, kBlock> last{};
    std::memcpy(last.data(), bytes.data() + at, bytes.size() - at);
    absorb(last.data());
  }
  return {mix64(a ^ mix64(b)), mix64(b ^ mix64(a ^ kFourth))};
}

std::string to_hex(const Hash128& hash) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : {hash.high, hash.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(word >> shift) & 15];
  }
  return text;
}

}  // namespace traffic
