#include "traffic/synthetic/tor.hpp"

#include <string>

#include "traffic/synthetic/tcp.hpp"
#include "traffic/synthetic/tls.hpp"

namespace traffic::synthetic {
namespace {

constexpr std::uint32_t kCell = 514;
constexpr std::uint32_t kCellData = 498;

/// Rounds every message up to whole cells; relays flow control with a cell of its own.
class CellSession {
 public:
  explicit CellSession(TlsSession& tls) : tls_(tls) {}

  void send(Side from, std::uint32_t size) {
    constexpr std::uint32_t kCellsPerSendMe = 50;
    const std::uint32_t cells = (size + kCellData - 1) / kCellData;
    tls_.send(from, cells * kCell);
    received_ += cells;
    if (received_ < kCellsPerSendMe) return;
    received_ -= kCellsPerSendMe;
    tls_.send(other(from), kCell);
  }

  void pause(Time duration) { tls_.pause(duration); }
  Random& random() { return tls_.random(); }

 private:
  TlsSession& tls_;
  std::uint32_t received_ = 0;
};

std::string random_domain(Random& random, std::string_view top) {
  std::string name = "www.";
  for (std::uint32_t i = random.between({8, 20}); i > 0; --i) {
    name += "abcdefghijklmnopqrstuvwxyz234567"[random.below(32)];
  }
  return name + std::string(top);
}

}  // namespace

void tor_flow(Scene& scene, Time start, const Site& relays, const Rhythm& rhythm) {
  Random& random = scene.random;
  Server relay = choose_server(scene, relays);
  relay.name = random_domain(random, ".com");
  const std::uint16_t port = random.chance(50) ? 443 : 9001;
  TcpConversation tcp(scene, relay, port, start);
  TlsSession tls(tcp, relays.tls);
  tls.handshake();
  CellSession cells(tls);
  // Versions, certificates and addresses, then a circuit of three relays.
  play(cells, {.rounds = {4, 4}, .up = {200, 498}, .down = {200, 900}, .pause = {5'000, 200'000}});
  play(cells, rhythm);
  tls.close(Side::client);
}

}  // namespace traffic::synthetic
