#pragma once

#include <cstdint>

namespace traffic {

/// Big-endian, as integers travel on the wire.
inline std::uint16_t big16(const std::uint8_t* from) {
  return static_cast<std::uint16_t>((from[0] << 8) | from[1]);
}

inline std::uint32_t big32(const std::uint8_t* from) {
  return (static_cast<std::uint32_t>(big16(from)) << 16) | big16(from + 2);
}

inline std::uint16_t little16(const std::uint8_t* from) {
  return static_cast<std::uint16_t>((from[1] << 8) | from[0]);
}

inline std::uint32_t little32(const std::uint8_t* from) {
  return (static_cast<std::uint32_t>(little16(from + 2)) << 16) | little16(from);
}

}  // namespace traffic
