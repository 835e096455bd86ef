#include "traffic/synthetic/bittorrent.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "traffic/synthetic/tcp.hpp"
#include "traffic/synthetic/udp.hpp"
#include "traffic/synthetic/web.hpp"

namespace traffic::synthetic {
namespace {

enum Message : std::uint8_t {
  kUnchoke = 1,
  kInterested = 2,
  kHave = 4,
  kBitField = 5,
  kRequest = 6,
  kPiece = 7
};

constexpr std::uint32_t kPieces = 1'200;
constexpr std::uint32_t kBlock = 16'384;

Bytes peer_handshake(Random& random, const Bytes& torrent, std::string_view program) {
  Packer p;
  p.u8(19).text("BitTorrent protocol").u64(0x0000000000000005).bytes(torrent);
  return p.text(program).bytes(random.bytes(20 - program.size())).take();
}

Bytes wire(Message message, auto body) {
  Packer p;
  p.sized32([&](Packer& q) {
    q.u8(message);
    body(q);
  });
  return p.take();
}

Bytes wire(Message message) {
  return wire(message, [](Packer&) {});
}

Bytes bit_field(Random& random) {
  return wire(kBitField, [&](Packer& p) { p.bytes(random.bytes(kPieces / 8)); });
}

Bytes request(std::uint32_t piece, std::uint32_t offset) {
  return wire(kRequest, [&](Packer& p) { p.u32(piece).u32(offset).u32(kBlock); });
}

/// Blocks are cut short so that one conversation stays within a few dozen packets.
Bytes piece_block(Random& random, std::uint32_t piece, std::uint32_t offset) {
  const std::uint32_t size = random.between({4'000, kBlock});
  return wire(kPiece, [&](Packer& p) { p.u32(piece).u32(offset).bytes(random.bytes(size)); });
}

Bytes have(std::uint32_t piece) {
  return wire(kHave, [&](Packer& p) { p.u32(piece); });
}

/// Plays the peer wire protocol on `send(Side, Bytes)`, which also paces it.
void exchange_pieces(Random& random, Range blocks, auto send) {
  const Bytes torrent = random.bytes(20);
  const Side leecher = random.chance(60) ? Side::client : Side::server;
  const Side seed = other(leecher);
  send(Side::client, peer_handshake(random, torrent, "-UT3430-"));
  send(Side::server, peer_handshake(random, torrent, random.chance(50) ? "-TR2840-" : "-DE13B0-"));
  send(Side::server, bit_field(random));
  send(Side::client, bit_field(random));
  send(leecher, wire(kInterested));
  send(seed, wire(kUnchoke));
  for (std::uint32_t i = random.between(blocks); i > 0; --i) {
    const std::uint32_t piece = random.below(kPieces);
    const std::uint32_t offset = random.below(16) * kBlock;
    send(leecher, joined(request(piece, offset), request(piece, offset + kBlock)));
    send(seed, piece_block(random, piece, offset));
    if (random.chance(50)) send(seed, have(random.below(kPieces)));
  }
}

std::uint16_t peer_port(Random& random) {
  return static_cast<std::uint16_t>(random.chance(40) ? random.between({6'881, 6'889})
                                                      : random.between({50'000, 54'300}));
}

enum class UtpType : std::uint8_t { data = 0, finish = 1, state = 2, syn = 4 };

/// The sequence and acknowledgement numbers, timestamps and windows of one uTP connection.
class UtpConnection {
 public:
  UtpConnection(UdpConversation& udp, Random& random)
      : udp_(udp), random_(random), id_(random.u16()), number_{1, random.u16()} {}

  void open() {
    packet(UtpType::syn, Side::client, {});
    udp_.pause(random_.between({100, 900}));
    packet(UtpType::state, Side::server, {});
  }

  void send(Side from, const Bytes& data) {
    constexpr std::size_t kLargest = 1'382;
    udp_.pause(random_.skewed({200, 60'000}));
    for (std::size_t at = 0; at < data.size(); at += kLargest) {
      const std::size_t end = std::min(data.size(), at + kLargest);
      packet(UtpType::data, from, part(data, at, end));
      udp_.pause(random_.between({20, 400}));
      if (at / kLargest % 2 == 1) packet(UtpType::state, other(from), {});
    }
  }

  void close() { packet(UtpType::finish, Side::client, {}); }

 private:
  void packet(UtpType type, Side from, const Bytes& data) {
    constexpr std::uint8_t kVersion = 1;
    const bool initial = type == UtpType::syn;
    // The side that opens sends with its id plus one, except in the first packet.
    const auto id = static_cast<std::uint16_t>(id_ + (from == Side::client && !initial ? 1 : 0));
    Packer p;
    p.u8(static_cast<std::uint32_t>(type) << 4 | kVersion).u8(0).u16(id).u32(udp_.now());
    p.u32(random_.between({8'000, 90'000})).u32(1U << 18);
    p.u16(number_[index(from)]).u16(initial ? 0 : number_[index(other(from))] - 1).bytes(data);
    if (type != UtpType::state) ++number_[index(from)];
    udp_.send(from, p.take());
  }

  UdpConversation& udp_;
  Random& random_;
  std::uint16_t id_;
  std::uint16_t number_[2];
};

}  // namespace

void tracker_flow(Scene& scene, Time start, const Site& site) {
  http_flow(scene, start, site,
            {.requests = {1, 2},
             .body = {180, 700},
             .path = "/announce?port=51413&uploaded=0&downloaded=0&compact=1&numwant=80&key=",
             .content_type = "text/plain"});
}

void dht_flow(Scene& scene, Time start, const Site& site, Range questions) {
  Random& random = scene.random;
  const Server peer = choose_server(scene, site);
  UdpConversation udp(scene, peer, peer_port(random), start);
  for (std::uint32_t i = random.between(questions); i > 0; --i) {
    const Bytes own = random.bytes(20);
    const Bytes transaction = random.bytes(2);
    const bool peers = random.chance(50);
    Packer question;
    question.text("d1:ad2:id20:").bytes(own).text(peers ? "9:info_hash20:" : "6:target20:");
    question.bytes(random.bytes(20)).text(peers ? "e1:q9:get_peers1:t2:" : "e1:q9:find_node1:t2:");
    udp.send(Side::client, question.bytes(transaction).text("1:y1:qe").take());
    Packer answer;
    answer.text("d1:rd2:id20:").bytes(random.bytes(20)).text("5:nodes208:").bytes(random.bytes(208));
    answer.text("e1:t2:").bytes(transaction).text("1:y1:re");
    udp.send(Side::server, answer.take());
    udp.pause(random.skewed({20'000, 4'000'000}));
  }
}

void peer_flow(Scene& scene, Time start, const Site& site, Range blocks) {
  Random& random = scene.random;
  const bool obfuscated = random.chance(35);
  const Server peer = choose_server(scene, site);
  TcpConversation tcp(scene, peer, peer_port(random), start);
  exchange_pieces(random, blocks, [&](Side from, const Bytes& message) {
    tcp.send(from, obfuscated ? random.bytes(message.size()) : message);
    tcp.pause(random.skewed({200, 200'000}));
  });
  tcp.close(random.chance(50) ? Side::client : Side::server);
}

void utp_flow(Scene& scene, Time start, const Site& site, Range blocks) {
  Random& random = scene.random;
  const Server peer = choose_server(scene, site);
  UdpConversation udp(scene, peer, peer_port(random), start);
  UtpConnection utp(udp, random);
  utp.open();
  exchange_pieces(random, blocks, [&](Side from, const Bytes& message) { utp.send(from, message); });
  utp.close();
}

}  // namespace traffic::synthetic
