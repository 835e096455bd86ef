#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/synthetic/network.hpp"
#include "traffic/synthetic/random.hpp"
#include "traffic/synthetic/tls_profile.hpp"

namespace traffic::synthetic {

/// The machines behind one service: their names and how their packets look.
struct Site {
  std::vector<std::string_view> names;
  std::uint8_t ttl = 54;  // as it arrives, give or take a hop
  Range rtt = {8'000, 60'000};
  IpIds ids = IpIds::zero;
  System system = System::linux_;
  std::uint16_t mss = 1460;
  std::uint16_t syn_window = 28960;
  std::uint8_t window_scale = 7;
  bool timestamps = true;
  TlsProfile tls = {};
};

/// What one capture is made in: the client's machine, its resolver, and the packets so far.
struct Scene {
  Random random;
  Capture capture;
  Host client;
  Host resolver;

  /// `mtu` is that of the client's interface: smaller within a VPN.
  Scene(Random source, std::uint32_t mtu);

  /// The client's next free port.
  std::uint16_t ephemeral_port();

 private:
  std::uint32_t next_port_;
};

/// A conversation's other end: one machine of a site, and the delay to it.
struct Server {
  std::string name;
  Host host;
  std::uint32_t rtt = 0;
};

/// A moment within `duration` seconds from `start`.
Time sometime(Random& random, Time start, std::uint32_t duration);

Server choose_server(Scene& scene, const Site& site);

/// Looks the server up in the DNS (port 53), as a client does that has no cached answer, and returns the time
/// at which the answer is there. Aliases are CNAME records in front of the address, as of a CDN.
Time resolve(Scene& scene, const Server& server, Time start);

/// One DNS, mDNS or LLMNR question.
Bytes dns_query(std::uint16_t id, std::uint16_t flags, std::string_view name);

}  // namespace traffic::synthetic
