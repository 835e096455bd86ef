#include "traffic/link_layer.hpp"

#include "traffic/bytes.hpp"
#include "traffic/encapsulation.hpp"
#include "traffic/wifi.hpp"

namespace traffic {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Kind = NetworkLayer::Kind;

constexpr std::uint16_t kCookedLlc = 0x0004;

// A header that starts with the address family, in the byte order of the capturing machine, which nobody
// wrote down.
NetworkLayer null(Bytes bytes, std::size_t header) {
  if (bytes.size() < header) return cut_short;
  const std::uint32_t little = little32(bytes.data());
  switch (little < 0x10000 ? little : big32(bytes.data())) {
    case 2:
    case 10:  // IPv6 has another number on every system
    case 24:
    case 28:
    case 30:
      return ip(bytes, header);
    default:
      return not_ip;
  }
}

NetworkLayer linux_cooked(Bytes bytes) {
  constexpr std::size_t kHeader = 16;
  if (bytes.size() < kHeader) return cut_short;
  const std::uint16_t type = big16(&bytes[14]);
  return type == kCookedLlc ? llc(bytes, kHeader) : ether_type(bytes, kHeader, type);
}

NetworkLayer linux_cooked_v2(Bytes bytes) {
  constexpr std::size_t kHeader = 20;
  if (bytes.size() < kHeader) return cut_short;
  const std::uint16_t type = big16(bytes.data());
  return type == kCookedLlc ? llc(bytes, kHeader) : ether_type(bytes, kHeader, type);
}

NetworkLayer fddi(Bytes bytes) {
  constexpr std::size_t kHeader = 13;
  if (bytes.size() < kHeader) return cut_short;
  const bool llc_frame = (bytes[0] & 0xf0) == 0x50;  // asynchronous ones
  return llc_frame ? llc(bytes, kHeader) : not_ip;
}

NetworkLayer token_ring(Bytes bytes) {
  constexpr std::size_t kHeader = 14;
  if (bytes.size() < kHeader) return cut_short;
  const bool llc_frame = (bytes[1] & 0xc0) == 0x40;
  if (!llc_frame) return not_ip;
  const bool routed = (bytes[8] & 0x80) != 0;  // by the source: the first bits say over how many bytes
  if (!routed) return llc(bytes, kHeader);
  return bytes.size() == kHeader ? cut_short : llc(bytes, kHeader + (bytes[kHeader] & 0x1f));
}

// Attributes of length, type and value, in the byte order of the capturing machine.
NetworkLayer nflog_payload(Bytes bytes, bool big_endian) {
  constexpr std::size_t kHeader = 4;
  constexpr std::size_t kAttributeHeader = 4;
  constexpr std::uint16_t kPayload = 9;
  for (std::size_t at = kHeader; at + kAttributeHeader <= bytes.size();) {
    const auto number = [&](std::size_t from) {
      return big_endian ? big16(&bytes[from]) : little16(&bytes[from]);
    };
    const std::size_t length = number(at);
    if (length < kAttributeHeader) return not_ip;
    if (number(at + 2) == kPayload) return ip(bytes, at + kAttributeHeader);
    at += (length + 3) / 4 * 4;
  }
  return cut_short;
}

NetworkLayer nflog(Bytes bytes) {
  constexpr std::size_t kHeader = 4;
  constexpr std::uint8_t kIpv4 = 2;
  constexpr std::uint8_t kIpv6 = 10;
  if (bytes.size() < kHeader) return cut_short;
  if (bytes[0] != kIpv4 && bytes[0] != kIpv6) return not_ip;
  const NetworkLayer found = nflog_payload(bytes, false);
  return found.kind == Kind::ip ? found : nflog_payload(bytes, true);
}

// OpenBSD's firewall log; the header says how long it is, without padding.
NetworkLayer pflog(Bytes bytes) {
  if (bytes.empty()) return cut_short;
  return ip(bytes, (std::size_t{bytes[0]} + 3) / 4 * 4);
}

// A header that names the link type of what follows it.
NetworkLayer wrapped(Bytes bytes, std::size_t header, std::uint32_t type) {
  constexpr std::uint32_t kLargestLinkType = 0xffff;
  if (header > bytes.size()) return cut_short;
  const bool wrapped_again = type == link_type::ppi || type == link_type::pktap;
  if (wrapped_again || type > kLargestLinkType) return not_ip;
  NetworkLayer inner = find_network_layer(static_cast<int>(type), bytes.subspan(header));
  inner.offset += header;
  return inner;
}

NetworkLayer ppi(Bytes bytes) {
  constexpr std::size_t kLeast = 8;
  if (bytes.size() < kLeast) return cut_short;
  const std::size_t header = little16(&bytes[2]);
  return header < kLeast ? not_ip : wrapped(bytes, header, little32(&bytes[4]));
}

NetworkLayer pktap(Bytes bytes) {
  constexpr std::size_t kLeast = 12;
  constexpr std::uint32_t kPacket = 1;
  if (bytes.size() < kLeast) return cut_short;
  const std::size_t header = little32(bytes.data());
  const bool packet_follows = little32(&bytes[4]) == kPacket;
  return header < kLeast || !packet_follows ? not_ip : wrapped(bytes, header, little32(&bytes[8]));
}

}  // namespace

NetworkLayer find_network_layer(int type, Bytes bytes) {
  switch (type) {
    case link_type::ethernet:
      return ethernet(bytes, 0);
    case link_type::linux_cooked:
      return linux_cooked(bytes);
    case link_type::linux_cooked_v2:
      return linux_cooked_v2(bytes);
    case link_type::null:
    case link_type::loopback:
      return null(bytes, 4);
    case link_type::enc:
      return null(bytes, 12);
    case link_type::raw_ip:
    case link_type::raw_ip_bsd:
    case link_type::raw_ip_openbsd:
    case link_type::ipv4:
    case link_type::ipv6:
      return ip(bytes, 0);
    case link_type::ppp:
    case link_type::ppp_hdlc:
      return ppp(bytes, 0);
    case link_type::ppp_with_direction:
      return ppp(bytes, 1);
    case link_type::pppoe:
      return pppoe_session(bytes, 0);
    case link_type::cisco_hdlc:
      return cisco_hdlc(bytes, 0);
    case link_type::cisco_hdlc_with_direction:
      return cisco_hdlc(bytes, 1);
    case link_type::mpls:
      return mpls(bytes, 0);
    case link_type::wifi:
      return wifi(bytes, 0);
    case link_type::wifi_prism:
      return prism(bytes);
    case link_type::wifi_radiotap:
      return radiotap(bytes);
    case link_type::wifi_avs:
      return avs(bytes);
    case link_type::token_ring:
      return token_ring(bytes);
    case link_type::fddi:
      return fddi(bytes);
    case link_type::atm:
      return llc(bytes, 0);
    case link_type::fibre_channel:
      return llc(bytes, 16);
    case link_type::ieee1394:
      return ether_type(bytes, 16);
    case link_type::ipnet:
      return ip(bytes, 24);
    case link_type::pflog:
      return pflog(bytes);
    case link_type::nflog:
      return nflog(bytes);
    case link_type::ppi:
      return ppi(bytes);
    case link_type::pktap:
      return pktap(bytes);
    default:
      return {.kind = Kind::unknown_link_type, .offset = 0, .trailer = 0, .link_type = type};
  }
}

}  // namespace traffic
