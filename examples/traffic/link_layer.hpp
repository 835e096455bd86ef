#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace traffic {

/// Link types by their numbers in capture files (tcpdump.org/linktypes.html).
namespace link_type {
constexpr int null = 0;
constexpr int ethernet = 1;
constexpr int ppp = 9;
constexpr int ppp_hdlc = 50;
constexpr int pppoe = 51;
constexpr int raw_ip = 101;
constexpr int cisco_hdlc = 104;
constexpr int loopback = 108;
constexpr int linux_cooked = 113;
constexpr int ppi = 192;
constexpr int ipv4 = 228;
constexpr int ipv6 = 229;
constexpr int linux_cooked_v2 = 276;
}  // namespace link_type

/// What stands behind the link layer of a packet.
struct NetworkLayer {
  enum class Kind : std::uint8_t { ip, other, cut, unknown_link_type };

  Kind kind = Kind::other;
  std::size_t offset = 0;   ///< where the IP header starts; of either version, its first bits tell which
  std::size_t trailer = 0;  ///< bytes of the link layer known to stand at the end
};

/// Looks through the link header and through VLAN, QinQ, MPLS, PPPoE, LLC/SNAP and Cisco FabricPath tags.
NetworkLayer find_network_layer(int link_type, std::span<const std::uint8_t> bytes);

}  // namespace traffic
