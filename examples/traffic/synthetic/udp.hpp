#pragma once

#include <utility>

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// Datagrams between the client and one server. Time runs by pause(), and by the round trip where the server
/// speaks after the client.
class UdpConversation {
 public:
  UdpConversation(Scene& scene, const Server& server, std::uint16_t server_port, Time start)
      : UdpConversation(scene, server, scene.ephemeral_port(), server_port, start) {}

  UdpConversation(Scene& scene, const Server& server, std::uint16_t client_port, std::uint16_t server_port,
                  Time start)
      : scene_(scene), server_(server), ports_{client_port, server_port}, now_(start) {}

  void send(Side from, const Bytes& payload) {
    if (from == Side::server && last_ == Side::client) now_ += server_.rtt;
    last_ = from;
    send_at(now_, from, payload);
  }

  /// Leaves the clock alone: for media that flows both ways at once.
  void send_at(Time time, Side from, const Bytes& payload) {
    Packer p;
    p.u16(ports_[index(from)]).u16(ports_[index(other(from))]).u16(8 + payload.size()).u16(0).bytes(payload);
    const Host& source = from == Side::client ? scene_.client : server_.host;
    const Host& destination = from == Side::client ? server_.host : scene_.client;
    scene_.capture.add_udp(time, from, source, destination, p.take());
  }

  void pause(Time duration) { now_ += duration; }
  Time now() const { return now_; }
  Random& random() { return scene_.random; }
  const Server& server() const { return server_; }

 private:
  Scene& scene_;
  Server server_;
  std::uint16_t ports_[2];
  Time now_;
  Side last_ = Side::server;
};

}  // namespace traffic::synthetic
