#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "traffic/packet.hpp"

namespace traffic {

/// Deep Packet's input: a packet as 1500 bytes, zeros behind its end (Lotfollahi et al., Soft Computing
/// 2020).
inline constexpr std::size_t packet_vector_length = 1500;

using PacketVector = std::array<std::uint8_t, packet_vector_length>;

/// Writes the vector of a kept packet and returns how many of its bytes are used; those behind are left as
/// they are. It holds the IP header with both addresses zero, and the first 1480 bytes of the IP payload,
/// where 12 zeros follow a UDP header to make it as long as TCP's; all of it cut at 1500 bytes.
std::size_t write_packet_vector(const Packet& packet, PacketVector& vector);

/// Where the transport header's fields and the payload stand in the vector; the payload's offset may be past
/// its end.
struct VectorLayout {
  std::size_t transport;
  std::size_t payload;
};
VectorLayout vector_layout(const Packet& packet);

}  // namespace traffic
