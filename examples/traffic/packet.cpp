#include "traffic/packet.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>

#include "traffic/bytes.hpp"
#include "traffic/link_layer.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kUdpHeader = 8;
constexpr std::uint16_t kDnsPort = 53;
constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kAck = 0x10;

constexpr std::array<std::string_view, verdict_count> kNames{"kept",
                                                             "dropped_tcp_no_payload",
                                                             "dropped_dns",
                                                             "dropped_background",
                                                             "ipv6",
                                                             "fragment",
                                                             "no_transport_header",
                                                             "other_transport",
                                                             "not_ip",
                                                             "broken_ip_header",
                                                             "cut_link_header",
                                                             "unknown_link_type"};

Packet verdict(Verdict which) { return {.verdict = which}; }

// `length` is that of the IP payload on the wire, packet.bytes may hold less of it.
Verdict transport(Packet& packet, std::size_t length, const DropList& drop) {
  const std::size_t fixed = packet.protocol == Protocol::tcp ? kTcpHeader : kUdpHeader;
  if (length < fixed || packet.bytes.size() < packet.ip_header + fixed) return Verdict::no_transport_header;
  const std::uint8_t* header = packet.bytes.data() + packet.ip_header;
  bool empty_segment = false;
  packet.transport_header = fixed;
  if (packet.protocol == Protocol::tcp) {
    packet.transport_header = std::size_t{4} * (header[12] >> 4);
    if (packet.transport_header < kTcpHeader || packet.transport_header > length) {
      return Verdict::no_transport_header;
    }
    empty_segment = packet.transport_header == length && (header[13] & (kFin | kSyn | kAck)) != 0;
  }
  packet.source_port = big16(header);
  packet.destination_port = big16(header + 2);
  packet.port53 = packet.source_port == kDnsPort || packet.destination_port == kDnsPort;
  if (empty_segment) return Verdict::dropped_tcp_no_payload;
  if (packet.port53) return Verdict::dropped_dns;
  if (drop.drops(packet.source_port) || drop.drops(packet.destination_port))
    return Verdict::dropped_background;
  return Verdict::kept;
}

}  // namespace

std::string_view name(Verdict verdict) { return kNames[static_cast<std::size_t>(verdict)]; }

DropList::DropList(const std::vector<std::string>& names) {
  for (const std::string& wanted : names) {
    const auto found = std::find_if(background_protocols.begin(), background_protocols.end(),
                                    [&](const BackgroundProtocol& known) { return known.name == wanted; });
    if (found == background_protocols.end()) {
      std::string known;
      for (const BackgroundProtocol& protocol : background_protocols)
        known += " " + std::string(protocol.name);
      throw ebb::Error("drop", "'" + abbreviated(wanted) + "' is none of" + known);
    }
    protocols_.push_back(*found);
  }
}

Packet dissect(const RawPacket& raw, const DropList& drop) {
  const NetworkLayer network = find_network_layer(raw.link_type, raw.bytes);
  switch (network.kind) {
    case NetworkLayer::Kind::ip:
      break;
    case NetworkLayer::Kind::other:
      return verdict(Verdict::not_ip);
    case NetworkLayer::Kind::cut:
      return verdict(Verdict::cut_link_header);
    case NetworkLayer::Kind::unknown_link_type:
      return {.verdict = Verdict::unknown_link_type, .link_type = network.link_type};
  }

  const std::span<const std::uint8_t> ip = raw.bytes.subspan(network.offset);
  const int version = ip[0] >> 4;
  if (version == 6) return verdict(Verdict::ipv6);
  if (version != 4 || ip.size() < kIpHeader) return verdict(Verdict::broken_ip_header);

  Packet packet;
  packet.ip_header = std::size_t{4} * (ip[0] & 15);
  packet.total_length = big16(&ip[2]);
  const std::size_t before = network.offset + network.trailer;
  const std::size_t on_wire = raw.length > before ? raw.length - before : 0;
  // Segmentation by the network card leaves a total length of zero in packets that were sent.
  const std::size_t total = packet.total_length == 0 ? on_wire : packet.total_length;
  if (packet.ip_header < kIpHeader || total < packet.ip_header) return verdict(Verdict::broken_ip_header);

  packet.protocol = static_cast<Protocol>(ip[9]);
  packet.ipv4_tcp = packet.protocol == Protocol::tcp;
  packet.ipv4_udp = packet.protocol == Protocol::udp;
  packet.source = big32(&ip[12]);
  packet.destination = big32(&ip[16]);
  const std::size_t length = std::min(total, on_wire);
  packet.bytes = ip.first(std::min(length, ip.size()));
  const bool after_first_fragment = (big16(&ip[6]) & 0x1fff) != 0;
  if (!packet.ipv4_tcp && !packet.ipv4_udp) {
    packet.verdict = Verdict::other_transport;
  } else if (after_first_fragment) {
    packet.verdict = Verdict::fragment;
  } else if (length < packet.ip_header) {
    packet.verdict = Verdict::no_transport_header;
  } else {
    packet.verdict = transport(packet, length - packet.ip_header, drop);
  }
  return packet;
}

}  // namespace traffic
