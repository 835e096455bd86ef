#pragma once

#include <cstdint>

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// A TCP conversation as the client's machine sees it: handshake, segments of at most the negotiated size in
/// rounds of a growing congestion window, an acknowledgement for every second segment or 40 ms later,
/// timestamps and windows, teardown.
class TcpConversation {
 public:
  TcpConversation(Scene& scene, const Server& server, std::uint16_t server_port, Time start);

  /// Sends `data`; the clock moves past its last segment, and by a round trip when the server takes its turn.
  void send(Side from, const Bytes& data);

  void pause(Time duration) { now_ += duration; }

  /// The FIN exchange, begun by `from`; some clients end it with a reset.
  void close(Side from);

  Time now() const { return now_; }
  std::uint32_t segment_size() const { return segment_size_; }
  Random& random() { return scene_.random; }
  const Server& server() const { return server_; }

 private:
  struct Peer {
    Host host;
    std::uint16_t port = 0;
    std::uint32_t next = 0;      // sequence number of its next byte
    std::uint32_t received = 0;  // payload bytes
    std::uint32_t clock = 0;     // of its timestamps, at microsecond 0
    std::uint32_t last_stamp = 0;
    std::uint32_t in_round = 0;  // segments sent since the last full round trip
    std::uint32_t congestion_window = 10;
    Time last_time = 0;
  };

  void open();
  void take_turn(Side from);
  void segment(Time time, Side from, std::uint8_t flags, const Bytes& payload);
  void acknowledge(Time time, Side from);
  void settle();
  Bytes options(Time time, Side from, bool syn);
  std::uint16_t window(const Peer& peer);

  Peer& peer(Side side) { return peers_[index(side)]; }

  Scene& scene_;
  Server server_;
  Peer peers_[2];
  std::uint32_t segment_size_ = 0;
  std::uint32_t gap_ = 0;  // microseconds between segments of one burst
  bool timestamps_ = false;
  Time now_;
  Side turn_ = Side::client;
  std::uint32_t unacknowledged_ = 0;  // segments of `turn_` that wait for an acknowledgement
  Time acknowledge_by_ = 0;
};

}  // namespace traffic::synthetic
