#pragma once

#include <vector>

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// The client's interface within the tunnel: smaller, so that the outer datagrams need no fragments.
constexpr std::uint32_t kTunnelMtu = 1'380;

/// Carries `inner`, the packets on the tunnel's interface, through one OpenVPN session over UDP (port 1194):
/// resets, a TLS handshake in control packets, then one sealed datagram per inner packet at that packet's
/// time and with its size. The session begins seconds before the first of them.
void openvpn_tunnel(Scene& scene, const Site& site, const std::vector<Packet>& inner);

}  // namespace traffic::synthetic
