#include "traffic/encapsulation.hpp"

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
constexpr std::uint16_t kPppIpv4 = 0x0021;
constexpr std::uint16_t kPppIpv6 = 0x0057;
constexpr std::uint16_t kLargestLength = 1500;  // above it, Ethernet's length field is an ethertype
constexpr std::size_t kEthernetHeader = 14;

bool is_ip(Bytes bytes, const NetworkLayer& found) {
  if (found.kind != Kind::ip) return false;
  const int version = bytes[found.offset] >> 4;
  return version == 4 || version == 6;
}

// Nothing tells whether a control word precedes the frame of a pseudowire (RFC 4448). The reading that finds
// IP is right: the other one takes bytes of an address or of an IP header for the ethertype.
NetworkLayer pseudowire(Bytes bytes, std::size_t at) {
  constexpr std::size_t kControlWord = 4;
  const bool perhaps_control_word = bytes[at] >> 4 == 0;
  if (perhaps_control_word) {
    const NetworkLayer behind_word = ethernet(bytes, at + kControlWord);
    if (behind_word.kind == Kind::cut || is_ip(bytes, behind_word)) return behind_word;
  }
  return ethernet(bytes, at);
}

// What the ends of a path tell each other (RFC 4385); the channel type is that of PPP.
NetworkLayer associated_channel(Bytes bytes, std::size_t at) {
  constexpr std::size_t kHeader = 4;
  if (at + kHeader > bytes.size()) return cut_short;
  const std::uint16_t channel = big16(&bytes[at + 2]);
  return channel == kPppIpv4 || channel == kPppIpv6 ? ip(bytes, at + kHeader) : not_ip;
}

// From the protocol number on, which may be compressed to one byte (RFC 1661).
NetworkLayer ppp_protocol(Bytes bytes, std::size_t at) {
  if (at + 2 > bytes.size()) return cut_short;
  const bool one_byte = bytes[at] & 1;
  const std::uint16_t protocol = one_byte ? bytes[at] : big16(&bytes[at]);
  at += one_byte ? 1 : 2;
  switch (protocol) {
    case kPppIpv4:
    case kPppIpv6:
      return ip(bytes, at);
    case 0x0281:
    case 0x0283:
      return mpls(bytes, at);
    default:
      return not_ip;
  }
}

}  // namespace

NetworkLayer mpls(Bytes bytes, std::size_t at) {
  constexpr std::size_t kFarthest = 128;  // frames within frames without end are no traffic, but an attack
  if (at > kFarthest) return not_ip;
  for (;; at += 4) {
    if (at + 4 >= bytes.size()) return cut_short;
    const bool last = bytes[at + 2] & 1;
    if (last) break;
  }
  at += 4;
  switch (bytes[at] >> 4) {  // all there is to tell what follows (RFC 4928)
    case 4:
    case 6:
      return ip(bytes, at);
    case 1:
      return associated_channel(bytes, at);
    default:
      return pseudowire(bytes, at);
  }
}

NetworkLayer pppoe_session(Bytes bytes, std::size_t at) {
  constexpr std::size_t kHeader = 6;
  if (at + kHeader > bytes.size()) return cut_short;
  const bool session = bytes[at + 1] == 0;
  return session ? ppp_protocol(bytes, at + kHeader) : not_ip;
}

NetworkLayer ether_type(Bytes bytes, std::size_t at, std::uint16_t type) {
  for (;;) {
    switch (type) {
      case kIpv4:
      case kIpv6:
        return ip(bytes, at);
      case kVlan:
      case kProviderVlan:
      case kOldQinQ:
        if (at + 4 > bytes.size()) return cut_short;
        type = big16(&bytes[at + 2]);
        at += 4;
        break;
      case kMpls:
      case kMplsMulticast:
        return mpls(bytes, at);
      case kPppoeSession:
        return pppoe_session(bytes, at);
      default:
        return not_ip;
    }
  }
}

NetworkLayer ether_type(Bytes bytes, std::size_t at) {
  return at + 2 > bytes.size() ? cut_short : ether_type(bytes, at + 2, big16(&bytes[at]));
}

NetworkLayer llc(Bytes bytes, std::size_t at) {
  constexpr std::size_t kLlc = 3;
  constexpr std::size_t kLlcSnap = 8;
  constexpr std::uint32_t kSnap = 0xaaaa03;
  constexpr std::uint32_t kIp = 0x060603;
  constexpr std::uint32_t kEthernet = 0x000000;
  constexpr std::uint32_t kBridgedEthernet = 0x0000f8;
  if (at + kLlc > bytes.size()) return cut_short;
  const auto number24 = [&](std::size_t from) {
    return std::uint32_t{bytes[from]} << 16 | big16(&bytes[from + 1]);
  };
  if (number24(at) == kIp) return ip(bytes, at + kLlc);
  if (at + kLlcSnap > bytes.size()) return cut_short;
  if (number24(at) != kSnap) return not_ip;
  const std::uint32_t organisation = number24(at + kLlc);
  if (organisation != kEthernet && organisation != kBridgedEthernet) return not_ip;
  return ether_type(bytes, at + kLlcSnap - 2);
}

NetworkLayer ethernet(Bytes bytes, std::size_t at) {
  constexpr std::size_t kFabricPathHeader = 16;
  if (at + kEthernetHeader > bytes.size()) return cut_short;
  const std::uint16_t type = big16(&bytes[at + 12]);
  if (type == kFabricPath) {
    NetworkLayer inner = ether_type(bytes, at + kFabricPathHeader + kEthernetHeader - 2);
    inner.trailer = 4;  // its own check sequence
    return inner;
  }
  at += kEthernetHeader;
  return type <= kLargestLength ? llc(bytes, at) : ether_type(bytes, at, type);
}

NetworkLayer ppp(Bytes bytes, std::size_t at) {
  if (at + 2 > bytes.size()) return cut_short;
  const std::uint16_t start = big16(&bytes[at]);
  if (start == 0x0f00 || start == 0x8f00) return cisco_hdlc(bytes, at);
  return ppp_protocol(bytes, start == 0xff03 ? at + 2 : at);
}

NetworkLayer cisco_hdlc(Bytes bytes, std::size_t at) { return ether_type(bytes, at + 2); }

}  // namespace traffic
