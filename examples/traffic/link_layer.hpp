#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace traffic {

/// Link types by their numbers in capture files (tcpdump.org/linktypes.html).
namespace link_type {
constexpr int null = 0;
constexpr int ethernet = 1;
constexpr int token_ring = 6;
constexpr int ppp = 9;
constexpr int fddi = 10;
constexpr int raw_ip_bsd = 12;  // libpcap's own number of raw IP, which programs write into files
constexpr int raw_ip_openbsd = 14;
constexpr int ppp_hdlc = 50;
constexpr int pppoe = 51;
constexpr int atm = 100;
constexpr int raw_ip = 101;
constexpr int cisco_hdlc = 104;
constexpr int wifi = 105;
constexpr int loopback = 108;
constexpr int enc = 109;
constexpr int linux_cooked = 113;
constexpr int pflog = 117;
constexpr int wifi_prism = 119;
constexpr int fibre_channel = 122;
constexpr int wifi_radiotap = 127;
constexpr int ieee1394 = 138;
constexpr int wifi_avs = 163;
constexpr int ppi = 192;
constexpr int ppp_with_direction = 204;
constexpr int cisco_hdlc_with_direction = 205;
constexpr int mpls = 219;
constexpr int ipnet = 226;
constexpr int ipv4 = 228;
constexpr int ipv6 = 229;
constexpr int nflog = 239;
constexpr int pktap = 258;
constexpr int linux_cooked_v2 = 276;
}  // namespace link_type

/// What stands behind the link layer of a packet.
struct NetworkLayer {
  enum class Kind : std::uint8_t { ip, other, cut, unknown_link_type };

  Kind kind = Kind::other;
  std::size_t offset = 0;   ///< where the IP header starts; of either version, its first bits tell which
  std::size_t trailer = 0;  ///< bytes of the link layer known to stand at the end
  int link_type = 0;        ///< the one that is not known; in PPI and PKTAP, that of the content
};

/// Looks through the link header and through VLAN, QinQ, MPLS, Ethernet pseudowires, PPPoE, LLC/SNAP and
/// Cisco FabricPath tags.
NetworkLayer find_network_layer(int link_type, std::span<const std::uint8_t> bytes);

}  // namespace traffic
