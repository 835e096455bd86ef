#include "traffic/packet_vector.hpp"

#include <algorithm>
#include <cstring>

namespace traffic {
namespace {

constexpr std::size_t kAddresses = 12;  // where they stand in the IP header
constexpr std::size_t kAddressBytes = 8;
constexpr std::size_t kUdpPadding = 12;
constexpr std::size_t kLargestPayload = 1480;

}  // namespace

std::size_t write_packet_vector(const Packet& packet, PacketVector& vector) {
  const std::span<const std::uint8_t> bytes = packet.bytes;
  std::uint8_t* const out = vector.data();
  const std::size_t padding = packet.protocol == Protocol::udp ? kUdpPadding : 0;
  const std::size_t payload = std::min(bytes.size() - packet.ip_header + padding, kLargestPayload);
  const std::size_t used = std::min(packet.ip_header + payload, packet_vector_length);
  if (padding == 0) {
    std::memcpy(out, bytes.data(), used);
  } else {
    const std::size_t headers = packet.ip_header + packet.transport_header;
    std::memcpy(out, bytes.data(), headers);
    std::memset(out + headers, 0, padding);
    std::memcpy(out + headers + padding, bytes.data() + headers, used - headers - padding);
  }
  std::memset(out + kAddresses, 0, kAddressBytes);
  return used;
}

VectorLayout vector_layout(const Packet& packet) {
  const std::size_t padding = packet.protocol == Protocol::udp ? kUdpPadding : 0;
  return {packet.ip_header, packet.ip_header + packet.transport_header + padding};
}

}  // namespace traffic
