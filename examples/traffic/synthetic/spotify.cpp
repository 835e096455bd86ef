#include "traffic/synthetic/spotify.hpp"

#include "traffic/synthetic/rhythm.hpp"
#include "traffic/synthetic/tcp.hpp"

namespace traffic::synthetic {
namespace {

class AccessPoint {
 public:
  explicit AccessPoint(TcpConversation& tcp) : tcp_(tcp) {}

  void greet() {
    Random& random = tcp_.random();
    const auto key_message = [&](Packer& p, std::uint32_t size) {
      p.u32(size + 4).bytes(random.bytes(size));
    };
    Packer hello, challenge, response;
    hello.u16(4);  // version, in front of the length
    key_message(hello, random.between({150, 210}));
    key_message(challenge, random.between({380, 420}));
    key_message(response, random.between({70, 90}));
    tcp_.send(Side::client, hello.take());
    tcp_.send(Side::server, challenge.take());
    tcp_.send(Side::client, response.take());
  }

  /// Command, length and authentication code around the data, all encrypted.
  void send(Side from, std::uint32_t size) { tcp_.send(from, tcp_.random().bytes(3 + size + 4)); }

  void pause(Time duration) { tcp_.pause(duration); }
  Random& random() { return tcp_.random(); }

 private:
  TcpConversation& tcp_;
};

}  // namespace

void spotify_flow(Scene& scene, Time start, const Site& site, Range music) {
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, 4070, resolve(scene, server, start));
  AccessPoint session(tcp);
  session.greet();
  play(session, {.rounds = {3, 6}, .up = {20, 260}, .down = {20, 700}, .pause = {2'000, 200'000}});
  play(session, {.rounds = {1, 3}, .up = {24, 60}, .down = music, .pause = {100'000, 4'000'000}});
  tcp.close(Side::client);
}

}  // namespace traffic::synthetic
