#include "traffic/synthetic/scene.hpp"
#include "traffic/synthetic/udp.hpp"

namespace traffic::synthetic {
namespace {

constexpr std::uint16_t kAddress = 1;  // record types of RFC 1035
constexpr std::uint16_t kAlias = 5;
constexpr std::uint16_t kInternet = 1;
constexpr std::size_t kHeaderSize = 12;

void pack_name(Packer& p, std::string_view name) {
  while (!name.empty()) {
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    p.sized8([&](Packer& q) { q.text(label); });
    name = dot == std::string_view::npos ? "" : name.substr(dot + 1);
  }
  p.u8(0);
}

std::uint16_t pointer(std::size_t offset) { return static_cast<std::uint16_t>(0xc000 | offset); }

Bytes dns_answer(Random& random, std::uint16_t id, const Server& server) {
  const bool alias = random.chance(40);
  Packer p;
  p.u16(id).u16(0x8180).u16(1).u16(alias ? 2 : 1).u16(0).u16(0);
  pack_name(p, server.name);
  p.u16(kAddress).u16(kInternet);
  std::uint16_t owner = pointer(kHeaderSize);
  if (alias) {
    const std::string edge = "edge-" + std::to_string(random.below(1000)) + ".cdn.example";
    p.u16(owner).u16(kAlias).u16(kInternet).u32(random.between({60, 3600}));
    const std::size_t alias_at = p.size() + 2;
    p.sized16([&](Packer& q) { pack_name(q, edge); });
    owner = pointer(alias_at);
  }
  p.u16(owner).u16(kAddress).u16(kInternet).u32(random.between({20, 600}));
  p.u16(4).u32(server.host.address);
  return p.take();
}

}  // namespace

Bytes dns_query(std::uint16_t id, std::uint16_t flags, std::string_view name) {
  Packer p;
  p.u16(id).u16(flags).u16(1).u16(0).u16(0).u16(0);
  pack_name(p, name);
  return p.u16(kAddress).u16(kInternet).take();
}

Time resolve(Scene& scene, const Server& server, Time start) {
  Random& random = scene.random;
  constexpr std::uint16_t kRecursionDesired = 0x0100;
  const std::uint16_t id = random.u16();
  const Server resolver = {"", scene.resolver, random.skewed({800, 40'000})};
  UdpConversation udp(scene, resolver, 53, start);
  udp.send(Side::client, dns_query(id, kRecursionDesired, server.name));
  udp.send(Side::server, dns_answer(random, id, server));
  return udp.now() + random.between({100, 3'000});
}

}  // namespace traffic::synthetic
