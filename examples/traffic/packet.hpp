#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/capture.hpp"

namespace traffic {

/// What becomes of a packet. Every packet has exactly one.
enum class Verdict : std::uint8_t {
  kept,
  dropped_tcp_no_payload,  ///< SYN, ACK or FIN set and no payload; a bare RST is kept
  dropped_dns,             ///< TCP or UDP with 53 as either port
  dropped_background,      ///< a protocol that the user asked to drop
  ipv6,
  fragment,             ///< of IPv4, after the first
  no_transport_header,  ///< TCP or UDP whose header is cut or impossible
  other_transport,
  not_ip,
  broken_ip_header,
  cut_link_header,
  unknown_link_type,
};
inline constexpr std::size_t verdict_count = 12;

constexpr bool is_skip(Verdict verdict) { return verdict >= Verdict::ipv6; }

/// The spelling in reports: "ipv6", "no_transport_header", ...
std::string_view name(Verdict verdict);

/// Background protocols that may be dropped beside DNS, by their ports.
struct BackgroundProtocol {
  std::string_view name;
  std::uint16_t first_port;
  std::uint16_t last_port;
};
inline constexpr std::array<BackgroundProtocol, 5> background_protocols{{{"mdns", 5353, 5353},
                                                                         {"llmnr", 5355, 5355},
                                                                         {"netbios", 137, 139},
                                                                         {"dhcp", 67, 68},
                                                                         {"ssdp", 1900, 1900}}};

/// Which background protocols to drop; none at first.
class DropList {
 public:
  DropList() = default;
  /// From names like {"mdns", "llmnr"}. Throws ebb::Error "drop" on a name that is not known.
  explicit DropList(const std::vector<std::string>& names);

  [[nodiscard]] bool drops(std::uint16_t port) const {
    for (const BackgroundProtocol& protocol : protocols_) {
      if (port >= protocol.first_port && port <= protocol.last_port) return true;
    }
    return false;
  }

 private:
  std::vector<BackgroundProtocol> protocols_;
};

enum class Protocol : std::uint8_t { tcp = 6, udp = 17 };

/// An IPv4 packet with its transport header found; filled as far as the verdict needs.
struct Packet {
  Verdict verdict = Verdict::not_ip;
  bool ipv4_tcp = false;  ///< by the protocol field alone, so even of a fragment or a broken header
  bool ipv4_udp = false;
  bool port53 = false;
  int link_type = 0;  ///< where the verdict is that it is not known
  Protocol protocol = Protocol::tcp;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint16_t total_length = 0;  ///< the IP header's field
  std::size_t ip_header = 0;       ///< bytes
  std::size_t transport_header = 0;
  /// From the IP header to the end of the packet as far as it was captured, without a link-layer trailer.
  std::span<const std::uint8_t> bytes{};
};

/// Only the outermost IP header counts. Where a packet was cut by the capture, lengths follow the IP total
/// length as far as the packet was that long on the wire.
Packet dissect(const RawPacket& raw, const DropList& drop = {});

}  // namespace traffic
