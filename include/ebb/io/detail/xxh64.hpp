#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE::io::detail {

/// XXH64 with seed 0, a checksum and no protection against forgery, after its specification: Yann Collet,
/// "xxHash fast digest algorithm", version 0.1.1 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). Takes the
/// bytes in pieces of any size.
///
///     Xxh64 hash;
///     hash.update("abc", 3);
///     hash.hexadecimal() == "44bc2cf5ad770999"
class Xxh64 {
 public:
  // Not inlined: callers that are compiled for size would slow it down.
  [[gnu::noinline]] void update(const void* from, std::size_t bytes) {
    const auto* at = static_cast<const unsigned char*>(from);
    total_ += bytes;
    if (waiting_ > 0) {
      const std::size_t taken = std::min(bytes, stripe - waiting_);
      std::copy_n(at, taken, rest_.data() + waiting_);
      waiting_ += taken;
      at += taken;
      bytes -= taken;
      if (waiting_ < stripe) return;
      lanes_ = mix(lanes_, rest_.data(), 1);
    }
    lanes_ = mix(lanes_, at, bytes / stripe);
    waiting_ = bytes % stripe;
    std::copy_n(at + (bytes - waiting_), waiting_, rest_.data());
  }

  /// Of all bytes so far.
  [[nodiscard]] std::uint64_t digest() const {
    std::uint64_t hash = prime5;
    if (total_ >= stripe) {
      hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
             std::rotl(lanes_[3], 18);
      for (const std::uint64_t lane : lanes_) hash = (hash ^ round(0, lane)) * prime1 + prime4;
    }
    hash += total_;
    std::size_t at = 0;
    for (; at + 8 <= waiting_; at += 8)
      hash = std::rotl(hash ^ round(0, read<std::uint64_t>(rest_.data() + at)), 27) * prime1 + prime4;
    for (; at + 4 <= waiting_; at += 4)
      hash = std::rotl(hash ^ read<std::uint32_t>(rest_.data() + at) * prime1, 23) * prime2 + prime3;
    for (; at < waiting_; ++at) hash = std::rotl(hash ^ rest_[at] * prime5, 11) * prime1;
    hash = (hash ^ hash >> 33) * prime2;
    hash = (hash ^ hash >> 29) * prime3;
    return hash ^ hash >> 32;
  }

  /// The digest as 16 digits.
  [[nodiscard]] std::string hexadecimal() const {
    constexpr char digits[] = "0123456789abcdef";
    std::string text(16, '0');
    std::uint64_t rest = digest();
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, rest >>= 4) *digit = digits[rest & 15];
    return text;
  }

 private:
  static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");
  static constexpr std::size_t stripe = 32;  // bytes, a word for each lane
  static constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87u, prime2 = 0xC2B2AE3D27D4EB4Fu,
                                 prime3 = 0x165667B19E3779F9u, prime4 = 0x85EBCA77C2B2AE63u,
                                 prime5 = 0x27D4EB2F165667C5u;
  using Lanes = std::array<std::uint64_t, 4>;

  template <class Word>
  static std::uint64_t read(const unsigned char* from) {
    Word word;
    std::memcpy(&word, from, sizeof(word));
    return word;
  }

  static std::uint64_t round(std::uint64_t lane, std::uint64_t word) {
    return std::rotl(lane + word * prime2, 31) * prime1;
  }

  static Lanes mix(Lanes lanes, const unsigned char* at, std::size_t stripes) {
    for (; stripes > 0; --stripes, at += stripe)
      for (std::size_t i = 0; i < lanes.size(); ++i)
        lanes[i] = round(lanes[i], read<std::uint64_t>(at + 8 * i));
    return lanes;
  }

  Lanes lanes_{prime1 + prime2, prime2, 0, 0 - prime1};
  std::array<unsigned char, stripe> rest_{};
  std::size_t waiting_ = 0;  // bytes in rest_
  std::uint64_t total_ = 0;
};

}  // namespace EBB_NAMESPACE::io::detail
