#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "traffic/link_layer.hpp"

namespace traffic {

// What the link layers share. Each function looks at what starts `at` bytes into a packet.

constexpr NetworkLayer not_ip{.kind = NetworkLayer::Kind::other};
constexpr NetworkLayer cut_short{.kind = NetworkLayer::Kind::cut};

inline NetworkLayer ip(std::span<const std::uint8_t> bytes, std::size_t at) {
  return at < bytes.size() ? NetworkLayer{.kind = NetworkLayer::Kind::ip, .offset = at} : cut_short;
}

/// The content of an ethertype; VLAN tags may come first.
NetworkLayer ether_type(std::span<const std::uint8_t> bytes, std::size_t at, std::uint16_t type);

/// The ethertype itself, then its content.
NetworkLayer ether_type(std::span<const std::uint8_t> bytes, std::size_t at);

/// IEEE 802.2: a SNAP header with an ethertype, or IP's own service access point.
NetworkLayer llc(std::span<const std::uint8_t> bytes, std::size_t at);

/// A frame from its destination address on, of DIX or IEEE 802.3.
NetworkLayer ethernet(std::span<const std::uint8_t> bytes, std::size_t at);

/// A stack of labels, then IP or an Ethernet pseudowire, with or without its control word.
NetworkLayer mpls(std::span<const std::uint8_t> bytes, std::size_t at);

/// PPP with or without its first two bytes, or Cisco's HDLC, which is found under the same link types.
NetworkLayer ppp(std::span<const std::uint8_t> bytes, std::size_t at);

NetworkLayer pppoe_session(std::span<const std::uint8_t> bytes, std::size_t at);

NetworkLayer cisco_hdlc(std::span<const std::uint8_t> bytes, std::size_t at);

}  // namespace traffic
