#include "traffic/synthetic/tcp.hpp"

#include <algorithm>

namespace traffic::synthetic {
namespace {

constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kReset = 0x04;
constexpr std::uint8_t kPush = 0x08;
constexpr std::uint8_t kAck = 0x10;

constexpr std::uint32_t kTimestampBytes = 12;
constexpr std::uint32_t kLargestCongestionWindow = 30;

}  // namespace

TcpConversation::TcpConversation(Scene& scene, const Server& server, std::uint16_t server_port, Time start)
    : scene_(scene), server_(server), now_(start) {
  peer(Side::client) = {.host = scene.client, .port = scene.ephemeral_port()};
  peer(Side::server) = {.host = server.host, .port = server_port};
  for (Peer& one : peers_) {
    one.next = random().u32();
    one.clock = random().u32();
  }
  timestamps_ = scene.client.timestamps && server.host.timestamps;
  segment_size_ =
      std::min<std::uint32_t>(scene.client.mss, server.host.mss) - (timestamps_ ? kTimestampBytes : 0);
  gap_ = random().between({12, 140});
  open();
}

void TcpConversation::open() {
  segment(now_, Side::client, kSyn, {});
  ++peer(Side::client).next;
  now_ += server_.rtt;
  segment(now_, Side::server, kSyn | kAck, {});
  ++peer(Side::server).next;
  now_ += random().between({20, 90});
  segment(now_, Side::client, kAck, {});
  now_ += random().between({40, 900});
}

void TcpConversation::send(Side from, const Bytes& data) {
  take_turn(from);
  for (std::size_t at = 0; at < data.size(); at += segment_size_) {
    const std::size_t end = std::min(data.size(), at + segment_size_);
    const Bytes payload = part(data, at, end);
    Peer& sender = peer(from);
    segment(now_, from, end == data.size() ? kAck | kPush : kAck, payload);
    sender.next += static_cast<std::uint32_t>(payload.size());
    peer(other(from)).received += static_cast<std::uint32_t>(payload.size());
    const Time arrival = from == Side::server ? now_ + random().between({15, 80}) : now_ + server_.rtt;
    acknowledge_by_ = arrival + milliseconds(40);
    if (++unacknowledged_ == 2) acknowledge(arrival, other(from));
    if (++sender.in_round == sender.congestion_window) {
      sender.in_round = 0;
      sender.congestion_window = std::min(2 * sender.congestion_window, kLargestCongestionWindow);
      now_ += server_.rtt;
    } else {
      now_ += gap_ + random().below(20);
    }
  }
}

void TcpConversation::take_turn(Side from) {
  if (unacknowledged_ > 0 && now_ > acknowledge_by_) settle();
  if (from == turn_) return;
  if (from == Side::server) now_ += server_.rtt;
  if (now_ > acknowledge_by_) settle();
  turn_ = from;
  unacknowledged_ = 0;  // the data that comes now acknowledges what was open
  peer(from).in_round = 0;
}

void TcpConversation::settle() {
  if (unacknowledged_ > 0) acknowledge(acknowledge_by_, other(turn_));
}

void TcpConversation::acknowledge(Time time, Side from) {
  segment(time, from, kAck, {});
  unacknowledged_ = 0;
}

void TcpConversation::close(Side from) {
  take_turn(from);
  settle();
  now_ = std::max(now_, peer(other(from)).last_time + random().between({50, 400}));
  segment(now_, from, kFin | kAck, {});
  ++peer(from).next;
  now_ += from == Side::client ? server_.rtt : random().between({40, 300});
  if (from == Side::server && random().chance(15)) {
    segment(now_, Side::client, random().chance(50) ? kReset : kReset | kAck, {});
    return;
  }
  segment(now_, other(from), kFin | kAck, {});
  ++peer(other(from)).next;
  now_ += from == Side::client ? random().between({20, 80}) : server_.rtt;
  segment(now_, from, kAck, {});
}

void TcpConversation::segment(Time time, Side from, std::uint8_t flags, const Bytes& payload) {
  Peer& sender = peer(from);
  const Peer& receiver = peer(other(from));
  time = std::max(time, sender.last_time + 1);
  sender.last_time = time;

  constexpr std::size_t kHeaderWords = 5;
  const bool syn = (flags & kSyn) != 0;
  const bool bare_reset = flags == kReset;
  const Bytes option_bytes = bare_reset ? Bytes{} : options(time, from, syn);
  Packer p;
  p.u16(sender.port).u16(receiver.port).u32(sender.next);
  p.u32((flags & kAck) != 0 ? receiver.next : 0);
  p.u8((kHeaderWords + option_bytes.size() / 4) << 4).u8(flags);
  p.u16(syn ? sender.host.syn_window : (flags & kReset) != 0 ? 0 : window(sender));
  p.u16(0).u16(0).bytes(option_bytes).bytes(payload);
  scene_.capture.add_tcp(time, from, sender.host, receiver.host, p.take());
}

/// The order of the options tells the systems apart, as it does on real networks.
Bytes TcpConversation::options(Time time, Side from, bool syn) {
  constexpr std::uint8_t kEnd = 0;
  constexpr std::uint8_t kNop = 1;
  constexpr std::uint16_t kMss = 0x0204;  // kind and length
  constexpr std::uint32_t kNopWindowScale = 0x010303;
  constexpr std::uint16_t kSelectiveAck = 0x0402;
  constexpr std::uint16_t kTimestamp = 0x080a;

  Peer& sender = peer(from);
  const bool stamped = syn && from == Side::client ? sender.host.timestamps : timestamps_;
  const bool answered = from == Side::server || !syn;
  sender.last_stamp = sender.clock + static_cast<std::uint32_t>(time / 1000);
  const std::uint32_t echo = answered ? peer(other(from)).last_stamp : 0;

  Packer p;
  if (syn) p.u16(kMss).u16(sender.host.mss);
  if (syn && sender.host.system == System::linux_) {
    p.u16(kSelectiveAck);
    stamped ? p.u16(kTimestamp).u32(sender.last_stamp).u32(echo) : p.u16(0x0101);
    p.u24(kNopWindowScale).u8(sender.host.window_scale);
  } else if (syn) {
    p.u24(kNopWindowScale).u8(sender.host.window_scale).u8(kNop).u8(kNop);
    if (stamped) p.u16(kTimestamp).u32(sender.last_stamp).u32(echo);
    p.u16(kSelectiveAck);
    if (stamped) p.u8(kEnd).u8(kEnd);
  } else if (stamped) {
    p.u8(kNop).u8(kNop).u16(kTimestamp).u32(sender.last_stamp).u32(echo);
  }
  return p.take();
}

/// Receivers widen their window as data comes in, up to a few hundred kilobytes.
std::uint16_t TcpConversation::window(const Peer& peer) {
  constexpr std::uint32_t kWidest = 400'000;
  const std::uint32_t offered = std::min(peer.host.window + 2 * peer.received, kWidest);
  const std::uint32_t scaled = offered >> peer.host.window_scale;
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(scaled, 65'535));
}

}  // namespace traffic::synthetic
