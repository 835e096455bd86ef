#include "traffic/synthetic/background.hpp"

#include <string>

#include "traffic/synthetic/udp.hpp"
#include "traffic/synthetic/web.hpp"

namespace traffic::synthetic {
namespace {

const Site kSystemServices = {
    .names = {"clients4.google.com", "safebrowsing.google.com", "update.microsoft.com", "ocsp.digicert.com",
              "init.itunes.apple.com", "www.google-analytics.com", "ads.doubleclick.net"},
    .ttl = 52,
    .tls = {.cipher = TlsCipher::aes_gcm, .largest_record = 4096}};

Server multicast(std::uint32_t group) { return {"", {.address = group, .ttl = 1}, 0}; }

std::string local_name(Random& random) { return "printer-" + std::to_string(random.below(900)); }

void mdns(Scene& scene, Time start) {
  UdpConversation udp(scene, multicast(0xe00000fb), 5353, 5353, start);
  udp.send(Side::client, dns_query(0, 0, local_name(scene.random) + ".local"));
}

void llmnr(Scene& scene, Time start) {
  UdpConversation udp(scene, multicast(0xe00000fc), 5355, start);
  const std::uint16_t id = scene.random.u16();
  udp.send(Side::client, dns_query(id, 0, local_name(scene.random)));
}

/// A question for a name, its letters split into half bytes (RFC 1001).
void netbios(Scene& scene, Time start) {
  const Server subnet = {"", {.address = scene.client.address | 0xff}, 0};
  Packer p;
  p.u16(scene.random.u16()).u16(0x0110).u16(1).u16(0).u16(0).u16(0).u8(32);
  std::string name = "WPAD";
  name.resize(15, ' ');
  name += '\0';
  for (const char c : name) {
    p.u8('A' + (static_cast<std::uint8_t>(c) >> 4)).u8('A' + (c & 15));
  }
  UdpConversation udp(scene, subnet, 137, 137, start);
  udp.send(Side::client, p.u8(0).u16(0x20).u16(1).take());
}

void ssdp(Scene& scene, Time start) {
  UdpConversation udp(scene, multicast(0xeffffffa), 1900, start);
  udp.send(Side::client,
           bytes_of("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n"
                    "ST: urn:dial-multiscreen-org:service:dial:1\r\n\r\n"));
}

}  // namespace

void background_flows(Scene& scene, Time start, std::uint32_t duration) {
  Random& random = scene.random;
  for (const auto flow : {mdns, llmnr, netbios, ssdp}) {
    if (random.chance(45)) flow(scene, sometime(random, start, duration));
  }
  if (random.chance(55)) {
    tls_flow(scene, sometime(random, start, duration), kSystemServices,
             {.rhythm = {.rounds = {1, 3}, .up = {200, 900}, .down = {100, 6'000}}});
  }
}

}  // namespace traffic::synthetic
