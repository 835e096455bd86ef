#include "traffic/synthetic/scene.hpp"

#include "traffic/synthetic/udp.hpp"

namespace traffic::synthetic {
namespace {

// No registered port lies here: nobody takes the random bytes of one protocol for another.
constexpr Range kEphemeralPorts = {60'010, 65'500};

constexpr std::uint32_t kHeaders = 40;  // of IP and TCP, without options

Host client_host(Random& random, std::uint32_t mtu) {
  const Host linux_host = {.ttl = 64, .ids = IpIds::per_flow, .system = System::linux_};
  const Host windows_host = {.ttl = 128,
                             .ids = IpIds::per_host,
                             .system = System::windows,
                             .syn_window = 8192,
                             .window = 65536,
                             .window_scale = 8,
                             .timestamps = false};
  const Host mac_host = {.ttl = 64,
                         .ids = IpIds::per_flow,
                         .system = System::mac,
                         .syn_window = 65535,
                         .window = 131072,
                         .window_scale = 5};
  Host host = random.pick(std::vector{linux_host, windows_host, windows_host, mac_host});
  const std::uint32_t subnet = random.below(1U << 16);
  host.address = 0x0a000000 | subnet << 8 | random.between({10, 240});  // 10.0.0.0/8
  host.mss = static_cast<std::uint16_t>(mtu - kHeaders);
  return host;
}

}  // namespace

Scene::Scene(Random source, std::uint32_t mtu)
    : random(source),
      capture(source.fork("capture")),
      client(client_host(random, mtu)),
      resolver{.address = (client.address & 0xffffff00) | 1, .ttl = 64, .ids = IpIds::per_flow},
      next_port_(random.between(kEphemeralPorts)) {}

std::uint16_t Scene::ephemeral_port() {
  next_port_ += random.between({1, 7});
  if (next_port_ > kEphemeralPorts.high) next_port_ = kEphemeralPorts.low;
  return static_cast<std::uint16_t>(next_port_);
}

Time sometime(Random& random, Time start, std::uint32_t duration) {
  const Time second = seconds(random.below(duration));
  return start + second + random.below(1'000'000);
}

Server choose_server(Scene& scene, const Site& site) {
  Random& random = scene.random;
  const std::string name(random.pick(site.names));
  // 198.18.0.0/15 is set aside for tests of networks (RFC 2544). A name has four machines.
  const auto place = static_cast<std::uint32_t>(hash_of(name));
  const std::uint32_t address = 0xc6120000 | ((place & 0x1ff7f) ^ (random.below(4) << 3));
  const Host host = {.address = address,
                     .ttl = static_cast<std::uint8_t>(site.ttl - address % 3),
                     .ids = site.ids,
                     .system = site.system,
                     .mss = site.mss,
                     .syn_window = site.syn_window,
                     .window = site.syn_window,
                     .window_scale = site.window_scale,
                     .timestamps = site.timestamps};
  return {name, host, random.skewed(site.rtt)};
}

}  // namespace traffic::synthetic
