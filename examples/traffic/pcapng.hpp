#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace traffic::pcapng {

// Block types (draft-ietf-opsawg-pcapng).
constexpr std::uint32_t section_header = 0x0a0d0d0a;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t packet = 2;  // obsolete, but still found
constexpr std::uint32_t simple_packet = 3;
constexpr std::uint32_t enhanced_packet = 6;

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::size_t block_frame = 12;  ///< type and length before the body, length again after it
constexpr std::size_t block_body = 8;    ///< where the body starts

/// Turns a whole block from one byte order into the other, as far as libpcap reads it.
void swap_byte_order(std::span<std::uint8_t> block, bool is_big_endian);

}  // namespace traffic::pcapng
