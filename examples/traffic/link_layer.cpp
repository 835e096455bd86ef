#include "traffic/link_layer.hpp"

#include "traffic/bytes.hpp"

namespace traffic {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Kind = NetworkLayer::Kind;

constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kIpv6 = 0x86dd;
constexpr std::uint16_t kVlan = 0x8100;
constexpr std::uint16_t kProviderVlan = 0x88a8;
constexpr std::uint16_t kOldQinQ = 0x9100;
constexpr std::uint16_t kMpls = 0x8847;
constexpr std::uint16_t kMplsMulticast = 0x8848;
constexpr std::uint16_t kPppoeSession = 0x8864;
constexpr std::uint16_t kFabricPath = 0x8903;
constexpr std::uint16_t kCookedLlc = 0x0004;
constexpr std::uint16_t kLargestLength = 1500;  // above it, Ethernet's length field is an ethertype

constexpr NetworkLayer kOther{.kind = Kind::other};
constexpr NetworkLayer kCut{.kind = Kind::cut};

NetworkLayer ip(Bytes bytes, std::size_t at) {
  return at < bytes.size() ? NetworkLayer{.kind = Kind::ip, .offset = at} : kCut;
}

NetworkLayer mpls(Bytes bytes, std::size_t at) {
  for (;; at += 4) {
    if (at + 4 >= bytes.size()) return kCut;
    const bool last = bytes[at + 2] & 1;
    if (last) break;
  }
  // MPLS does not name its content; the version of an IP header does (RFC 4928).
  const int version = bytes[at + 4] >> 4;
  return version == 4 || version == 6 ? ip(bytes, at + 4) : kOther;
}

// From the protocol number on, which may be compressed to one byte (RFC 1661).
NetworkLayer ppp_protocol(Bytes bytes, std::size_t at) {
  if (at + 2 > bytes.size()) return kCut;
  const bool one_byte = bytes[at] & 1;
  const std::uint16_t protocol = one_byte ? bytes[at] : big16(&bytes[at]);
  at += one_byte ? 1 : 2;
  switch (protocol) {
    case 0x0021:
    case 0x0057:
      return ip(bytes, at);
    case 0x0281:
    case 0x0283:
      return mpls(bytes, at);
    default:
      return kOther;
  }
}

NetworkLayer pppoe_session(Bytes bytes, std::size_t at) {
  constexpr std::size_t kHeader = 6;
  if (at + kHeader > bytes.size()) return kCut;
  const bool session = bytes[at + 1] == 0;
  return session ? ppp_protocol(bytes, at + kHeader) : kOther;
}

// `at` is where the content of that type starts.
NetworkLayer ether_type(Bytes bytes, std::uint16_t type, std::size_t at) {
  for (;;) {
    switch (type) {
      case kIpv4:
      case kIpv6:
        return ip(bytes, at);
      case kVlan:
      case kProviderVlan:
      case kOldQinQ:
        if (at + 4 > bytes.size()) return kCut;
        type = big16(&bytes[at + 2]);
        at += 4;
        break;
      case kMpls:
      case kMplsMulticast:
        return mpls(bytes, at);
      case kPppoeSession:
        return pppoe_session(bytes, at);
      default:
        return kOther;
    }
  }
}

NetworkLayer llc(Bytes bytes, std::size_t at) {
  constexpr std::size_t kLlcSnap = 8;
  if (at + kLlcSnap > bytes.size()) return kCut;
  const bool snap = bytes[at] == 0xaa && bytes[at + 1] == 0xaa && bytes[at + 2] == 3;
  const bool ethertype_follows = bytes[at + 3] == 0 && bytes[at + 4] == 0 && bytes[at + 5] == 0;
  if (!snap || !ethertype_follows) return kOther;
  return ether_type(bytes, big16(&bytes[at + 6]), at + kLlcSnap);
}

NetworkLayer ethernet(Bytes bytes) {
  constexpr std::size_t kHeader = 14;
  constexpr std::size_t kFabricPathHeader = 16;
  if (bytes.size() < kHeader) return kCut;
  const std::uint16_t type = big16(&bytes[12]);
  if (type == kFabricPath) {
    if (bytes.size() < kFabricPathHeader + kHeader) return kCut;
    const std::uint16_t inner_type = big16(&bytes[kFabricPathHeader + 12]);
    NetworkLayer inner = ether_type(bytes, inner_type, kFabricPathHeader + kHeader);
    inner.trailer = 4;  // its own check sequence
    return inner;
  }
  return type <= kLargestLength ? llc(bytes, kHeader) : ether_type(bytes, type, kHeader);
}

NetworkLayer cisco_hdlc(Bytes bytes) {
  constexpr std::size_t kHeader = 4;
  return bytes.size() < kHeader ? kCut : ether_type(bytes, big16(&bytes[2]), kHeader);
}

NetworkLayer ppp(Bytes bytes) {
  if (bytes.size() < 2) return kCut;
  const std::uint16_t start = big16(bytes.data());
  if (start == 0x0f00 || start == 0x8f00) return cisco_hdlc(bytes);  // also found under PPP's link type
  return ppp_protocol(bytes, start == 0xff03 ? 2 : 0);
}

// The address family, in the byte order of the capturing machine, which nobody wrote down.
NetworkLayer null(Bytes bytes) {
  constexpr std::size_t kHeader = 4;
  if (bytes.size() < kHeader) return kCut;
  const std::uint32_t little = little32(bytes.data());
  switch (little < 0x10000 ? little : big32(bytes.data())) {
    case 2:
    case 10:  // IPv6 has another number on every system
    case 24:
    case 28:
    case 30:
      return ip(bytes, kHeader);
    default:
      return kOther;
  }
}

NetworkLayer linux_cooked(Bytes bytes) {
  constexpr std::size_t kHeader = 16;
  if (bytes.size() < kHeader) return kCut;
  const std::uint16_t type = big16(&bytes[14]);
  return type == kCookedLlc ? llc(bytes, kHeader) : ether_type(bytes, type, kHeader);
}

NetworkLayer linux_cooked_v2(Bytes bytes) {
  constexpr std::size_t kHeader = 20;
  if (bytes.size() < kHeader) return kCut;
  const std::uint16_t type = big16(bytes.data());
  return type == kCookedLlc ? llc(bytes, kHeader) : ether_type(bytes, type, kHeader);
}

// Per-Packet Information names the link type of what follows it.
NetworkLayer ppi(Bytes bytes) {
  constexpr std::size_t kHeader = 8;
  constexpr std::uint32_t kRawIpOnLinux = 12;  // the field holds a DLT_ value
  if (bytes.size() < kHeader) return kCut;
  const std::size_t length = little16(&bytes[2]);
  const std::uint32_t type = little32(&bytes[4]);
  if (length < kHeader) return kOther;
  if (length > bytes.size()) return kCut;
  if (type == static_cast<std::uint32_t>(link_type::ppi)) return kOther;
  NetworkLayer inner = find_network_layer(type == kRawIpOnLinux ? link_type::raw_ip : static_cast<int>(type),
                                          bytes.subspan(length));
  inner.offset += length;
  return inner;
}

}  // namespace

NetworkLayer find_network_layer(int type, Bytes bytes) {
  switch (type) {
    case link_type::ethernet:
      return ethernet(bytes);
    case link_type::linux_cooked:
      return linux_cooked(bytes);
    case link_type::linux_cooked_v2:
      return linux_cooked_v2(bytes);
    case link_type::null:
    case link_type::loopback:
      return null(bytes);
    case link_type::raw_ip:
    case link_type::ipv4:
    case link_type::ipv6:
      return ip(bytes, 0);
    case link_type::ppp:
    case link_type::ppp_hdlc:
      return ppp(bytes);
    case link_type::pppoe:
      return pppoe_session(bytes, 0);
    case link_type::cisco_hdlc:
      return cisco_hdlc(bytes);
    case link_type::ppi:
      return ppi(bytes);
    default:
      return {.kind = Kind::unknown_link_type};
  }
}

}  // namespace traffic
