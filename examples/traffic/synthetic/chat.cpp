#include "traffic/synthetic/chat.hpp"

#include <string>

#include "traffic/synthetic/tcp.hpp"
#include "traffic/synthetic/tls.hpp"

namespace traffic::synthetic {
namespace {

enum Channel : std::uint8_t { kSignOn = 1, kData = 2, kKeepAlive = 5 };

/// FLAP frames with their running numbers.
class OscarSession {
 public:
  explicit OscarSession(TcpConversation& tcp) : tcp_(tcp), number_{tcp.random().u16(), tcp.random().u16()} {}

  void flap(Side from, Channel channel, auto body) {
    Packer p;
    p.u8('*').u8(channel).u16(number_[index(from)]++).sized16(body);
    tcp_.send(from, p.take());
    tcp_.pause(tcp_.random().skewed({500, 40'000}));
  }

  void snac(Side from, std::uint16_t family, std::uint16_t type, auto body) {
    flap(from, kData, [&](Packer& p) {
      p.u16(family).u16(type).u16(0).u32(tcp_.random().below(1U << 16));
      body(p);
    });
  }

 private:
  TcpConversation& tcp_;
  std::uint16_t number_[2];
};

void tlv(Packer& p, std::uint16_t type, auto body) { p.u16(type).sized16(body); }

/// Family 4, type 6 or 7: a plain message to or from `buddy`.
void message(OscarSession& session, Random& random, Side from, const std::string& buddy) {
  session.snac(from, 4, from == Side::client ? 6 : 7, [&](Packer& p) {
    p.bytes(random.bytes(8)).u16(1).sized8([&](Packer& name) { name.text(buddy); });
    if (from == Side::server) p.u16(0).u16(0);  // warning level, attributes
    std::string text;
    for (std::uint32_t i = random.skewed({8, 160}); i > 0; --i) {
      text += random.chance(16) ? ' ' : static_cast<char>('a' + random.below(26));
    }
    tlv(p, 2, [&](Packer& parts) {
      parts.u8(5).u8(1).sized16([](Packer& features) { features.u8(1); });
      parts.u8(1).u8(1).sized16([&](Packer& words) { words.u16(0).u16(0).text(text); });
    });
  });
}

}  // namespace

void oscar_flow(Scene& scene, Time start, const Site& site, Range messages) {
  Random& random = scene.random;
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, 5190, resolve(scene, server, start));
  OscarSession session(tcp);
  const auto version = [](Packer& p) { p.u32(1); };
  session.flap(Side::server, kSignOn, version);
  const Bytes cookie = random.bytes(128);
  session.flap(Side::client, kSignOn, [&](Packer& p) {
    version(p);
    tlv(p, 6, [&](Packer& q) { q.bytes(cookie); });
  });
  session.snac(Side::server, 1, 3, [](Packer& p) { p.u16(1).u16(2).u16(3).u16(4).u16(9).u16(11).u16(19); });
  const std::string buddy = "friend" + std::to_string(random.between({100, 99'999}));
  for (std::uint32_t i = random.between(messages); i > 0; --i) {
    message(session, random, random.chance(50) ? Side::client : Side::server, buddy);
    tcp.pause(random.skewed({400'000, 9'000'000}));
    if (random.chance(15)) session.flap(Side::client, kKeepAlive, [](Packer&) {});
  }
  tcp.close(Side::client);
}

void xmpp_flow(Scene& scene, Time start, const Site& site, const Rhythm& rhythm) {
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, 5222, resolve(scene, server, start));
  const std::string stream =
      "<stream:stream to=\"gmail.com\" xmlns=\"jabber:client\" version=\"1.0\" "
      "xmlns:stream=\"http://etherx.jabber.org/streams\">";
  tcp.send(Side::client, bytes_of("<?xml version=\"1.0\"?>" + stream));
  tcp.send(Side::server, bytes_of("<?xml version=\"1.0\"?>" + stream +
                                  "<stream:features><starttls xmlns=\"urn:ietf:params:xml:ns:xmpp-tls\">"
                                  "<required/></starttls></stream:features>"));
  tcp.send(Side::client, bytes_of("<starttls xmlns=\"urn:ietf:params:xml:ns:xmpp-tls\"/>"));
  tcp.send(Side::server, bytes_of("<proceed xmlns=\"urn:ietf:params:xml:ns:xmpp-tls\"/>"));
  TlsSession tls(tcp, site.tls);
  tls.handshake();
  play(tls, rhythm);
  tls.close(Side::client);
}

}  // namespace traffic::synthetic
