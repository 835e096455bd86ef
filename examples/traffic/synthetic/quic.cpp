#include "traffic/synthetic/quic.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "traffic/synthetic/udp.hpp"

namespace traffic::synthetic {
namespace {

constexpr std::uint8_t kVersionFlag = 0x01;
constexpr std::uint8_t kConnectionIdFlag = 0x08;
constexpr std::uint8_t kTwoByteNumberFlag = 0x10;
constexpr std::uint32_t kLargestPayload = 1310;
constexpr std::size_t kHashSize = 12;

using Tags = std::vector<std::pair<std::string_view, Bytes>>;

Bytes hello_message(std::string_view name, const Tags& tags) {
  Packer p;
  p.text(name).little16(static_cast<std::uint32_t>(tags.size())).little16(0);
  std::uint32_t end = 0;
  for (const auto& [tag, value] : tags) {
    end += static_cast<std::uint32_t>(value.size());
    p.text(tag).little32(end);
  }
  for (const auto& tag : tags) p.bytes(tag.second);
  return p.take();
}

/// A STREAM frame of stream 1 at offset 0 with its length.
Bytes crypto_frame(const Bytes& message) {
  Packer p;
  return p.u8(0xa0).u8(1).little16(static_cast<std::uint32_t>(message.size())).bytes(message).take();
}

Bytes little(std::uint32_t value) { return Packer().little32(value).take(); }

std::string_view tag(const char (&text)[5]) { return {text, 4}; }

class QuicConnection {
 public:
  QuicConnection(UdpConversation& udp, Random& random_source)
      : udp_(udp), random_(random_source), id_(random_source.bytes(8)) {}

  void hello() {
    const Bytes name = bytes_of(udp_.server().name);
    const Tags request = {
        {tag("PAD\0"), Bytes(900, 0x2d)}, {tag("SNI\0"), name},
        {tag("VER\0"), bytes_of("Q035")}, {tag("UAID"), bytes_of("Chrome/57.0 Linux x86_64")},
        {tag("PDMD"), bytes_of("X509")},  {tag("ICSL"), little(30)},
        {tag("MIDS"), little(100)},       {tag("CFCW"), little(15'728'640)},
        {tag("SFCW"), little(6'291'456)}};
    clear(Side::client, crypto_frame(hello_message("CHLO", request)));
    const Tags rejection = {{tag("STK\0"), random_.bytes(56)},
                            {tag("SNO\0"), random_.bytes(56)},
                            {tag("PROF"), random_.bytes(256)},
                            {tag("RREJ"), little(3)},
                            {tag("CRT\xff"), random_.bytes(random_.between({500, 800}))}};
    clear(Side::server, crypto_frame(hello_message(tag("REJ\0"), rejection)));
    sealed(Side::client, random_.between({1'000, kLargestPayload}));
    sealed(Side::server, random_.between({300, 900}));
  }

  /// Data, and the other side's acknowledgements of every second datagram.
  void send(Side from, std::uint32_t size) {
    for (int count = 1; size > 0; ++count) {
      const std::uint32_t part = std::min(size, kLargestPayload);
      sealed(from, part + 14);
      size -= part;
      udp_.pause(random_.between({12, 150}));
      if (count % 2 == 0) {
        const Time arrival = udp_.now() + (from == Side::client ? udp_.server().rtt : 60);
        sealed_at(arrival, other(from), random_.between({18, 30}));
      }
    }
  }

  void pause(Time duration) { udp_.pause(duration); }
  Random& random() { return random_; }

 private:
  void clear(Side from, const Bytes& frames) {
    Packer p;
    const bool client = from == Side::client;
    p.u8(client ? kConnectionIdFlag | kVersionFlag : kConnectionIdFlag).bytes(id_);
    if (client) p.text("Q035");
    p.u8(number_[index(from)]++).bytes(random_.bytes(kHashSize)).bytes(frames);
    udp_.send(from, p.take());
    udp_.pause(random_.between({300, 5'000}));
  }

  void sealed(Side from, std::uint32_t size) { udp_.send(from, sealed_packet(from, size)); }

  void sealed_at(Time time, Side from, std::uint32_t size) {
    udp_.send_at(time, from, sealed_packet(from, size));
  }

  /// The server leaves the connection's id out: the client asked for that.
  Bytes sealed_packet(Side from, std::uint32_t size) {
    Packer p;
    if (from == Side::client) {
      p.u8(kConnectionIdFlag | kTwoByteNumberFlag).bytes(id_);
    } else {
      p.u8(kTwoByteNumberFlag);
    }
    return p.little16(number_[index(from)]++).bytes(random_.bytes(kHashSize + size)).take();
  }

  UdpConversation& udp_;
  Random& random_;
  Bytes id_;
  std::uint32_t number_[2] = {1, 1};
};

}  // namespace

void quic_flow(Scene& scene, Time start, const Site& site, const Rhythm& rhythm) {
  const Server server = choose_server(scene, site);
  UdpConversation udp(scene, server, 443, resolve(scene, server, start));
  QuicConnection connection(udp, scene.random);
  connection.hello();
  play(connection, rhythm);
}

}  // namespace traffic::synthetic
