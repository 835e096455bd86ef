#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "traffic/synthetic/random.hpp"

namespace traffic::synthetic {

template <class T>
concept Field = std::integral<T> || std::is_enum_v<T>;

/// Appends big-endian fields to a byte string. The calls chain, and chained calls are evaluated from left to
/// right, so random arguments are drawn in the order they are written.
class Packer {
 public:
  Packer& u8(Field auto value) { return integer(static_cast<std::uint64_t>(value), 1); }
  Packer& u16(Field auto value) { return integer(static_cast<std::uint64_t>(value), 2); }
  Packer& u24(Field auto value) { return integer(static_cast<std::uint64_t>(value), 3); }
  Packer& u32(Field auto value) { return integer(static_cast<std::uint64_t>(value), 4); }
  Packer& u64(Field auto value) { return integer(static_cast<std::uint64_t>(value), 8); }

  Packer& little16(std::uint32_t value) { return u8(value & 0xff).u8(value >> 8 & 0xff); }
  Packer& little32(std::uint32_t value) { return little16(value & 0xffff).little16(value >> 16); }

  Packer& text(std::string_view value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }

  Packer& bytes(const Bytes& value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }

  Packer& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }

  /// A length field of 1, 2, 3 or 4 bytes in front of what `body(Packer&)` appends.
  Packer& sized8(auto body) { return sized(1, body); }
  Packer& sized16(auto body) { return sized(2, body); }
  Packer& sized24(auto body) { return sized(3, body); }
  Packer& sized32(auto body) { return sized(4, body); }

  std::size_t size() const { return bytes_.size(); }
  Bytes take() { return std::move(bytes_); }

 private:
  Packer& integer(std::uint64_t value, int width) {
    for (int i = width - 1; i >= 0; --i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }

  Packer& sized(int width, auto body) {
    const std::size_t at = bytes_.size();
    zeros(static_cast<std::size_t>(width));
    body(*this);
    const std::size_t length = bytes_.size() - at - static_cast<std::size_t>(width);
    for (int i = 0; i < width; ++i) {
      bytes_[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(length >> (8 * (width - 1 - i)));
    }
    return *this;
  }

  Bytes bytes_;
};

inline Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }

inline Bytes joined(const Bytes& a, const Bytes& b) {
  Bytes result = a;
  result.insert(result.end(), b.begin(), b.end());
  return result;
}

/// Bytes `begin` to `end`, `end` not included.
inline Bytes part(const Bytes& bytes, std::size_t begin, std::size_t end) {
  return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
               bytes.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace traffic::synthetic
