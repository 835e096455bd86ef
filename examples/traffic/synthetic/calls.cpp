#include "traffic/synthetic/calls.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace traffic::synthetic {
namespace {

std::string dotted(std::uint32_t address) {
  std::string result;
  for (int shift = 24; shift >= 0; shift -= 8) {
    result += std::to_string(address >> shift & 0xff) + (shift > 0 ? "." : "");
  }
  return result;
}

struct Codec {
  int payload_type;
  std::string_view name;
  std::uint32_t frame_bytes;
};

std::string session_description(std::uint32_t address, std::uint16_t port, const Codec& codec) {
  const std::string host = dotted(address);
  const std::string type = std::to_string(codec.payload_type);
  return "v=0\r\no=- 1 1 IN IP4 " + host + "\r\ns=call\r\nc=IN IP4 " + host + "\r\nt=0 0\r\nm=audio " +
         std::to_string(port) + " RTP/AVP " + type + "\r\na=rtpmap:" + type + " " + std::string(codec.name) +
         "/8000\r\na=ptime:20\r\n";
}

/// The parties and numbers that stay the same in all messages of one SIP dialog.
class SipDialog {
 public:
  SipDialog(UdpConversation& udp, std::uint32_t client) : udp_(udp) {
    Random& random = udp.random();
    domain_ = udp.server().name;
    user_ = "user" + std::to_string(random.between({1000, 9999}));
    client_ = dotted(client);
    id_ = std::to_string(random.u32());
  }

  void request(const std::string& method, int number, const std::string& body = "") {
    const std::string to = method == "REGISTER" ? user_ : "0015551" + id_.substr(0, 4);
    send(Side::client, method + " sip:" + to + "@" + domain_ + " SIP/2.0\r\n",
         std::to_string(number) + " " + method, to, body);
  }

  void response(const std::string& status, const std::string& method, int number,
                const std::string& body = "") {
    udp_.pause(udp_.random().skewed({1'000, 90'000}));
    send(Side::server, "SIP/2.0 " + status + "\r\n", std::to_string(number) + " " + method,
         "0015551" + id_.substr(0, 4), body);
  }

 private:
  void send(Side from, const std::string& first_line, const std::string& sequence, const std::string& to,
            const std::string& body) {
    std::string text = first_line;
    text += "Via: SIP/2.0/UDP " + client_ + ":5060;branch=z9hG4bK" + id_ + "\r\nMax-Forwards: 70\r\n";
    text += "From: <sip:" + user_ + "@" + domain_ + ">;tag=" + id_.substr(0, 3) + "\r\n";
    text += "To: <sip:" + to + "@" + domain_ + ">\r\nCall-ID: " + id_ + "@" + client_ + "\r\n";
    text += "CSeq: " + sequence + "\r\nContact: <sip:" + user_ + "@" + client_ + ":5060>\r\n";
    if (!body.empty()) text += "Content-Type: application/sdp\r\n";
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    udp_.send(from, bytes_of(text));
  }

  UdpConversation& udp_;
  std::string domain_, user_, client_, id_;
};

/// The low half of the kind says what follows; 0x0d is data. Numbers that would make the datagram look like
/// RTP (its top bit) or CLTP (4 in the high half of the second byte) are left out.
Bytes skype_packet(Random& random, std::uint16_t number, std::uint32_t size) {
  constexpr std::uint8_t kData = 0x0d;
  const std::uint32_t high = random.pick(std::array<std::uint32_t, 4>{0x20, 0x30, 0x50, 0x70});
  std::uint32_t shown = number & 0x7fff;
  if ((shown & 0xf0) == 0x40) shown ^= 0x80;
  return Packer().u16(shown).u8(high | kData).bytes(random.bytes(size)).take();
}

std::uint16_t next(std::uint16_t port) { return static_cast<std::uint16_t>(port + 1); }

std::uint16_t skype_port(Random& random) {
  return static_cast<std::uint16_t>(random.between({42'000, 44'300}));
}

}  // namespace

void web_call(Scene& scene, Time start, const Site& site, const WebCall& call) {
  Random& random = scene.random;
  const Server server = choose_server(scene, site);
  const auto port = static_cast<std::uint16_t>(random.between(call.ports));
  UdpConversation udp(scene, server, port, resolve(scene, server, start));
  play_stun(udp, 3);
  play_rtp(udp, udp, call.streams, random.between(call.duration));
  play_stun(udp, 1);
}

void sip_call(Scene& scene, Time start, const Site& site, Range duration) {
  Random& random = scene.random;
  constexpr std::array<Codec, 3> kCodecs = {{{0, "PCMU", 160}, {3, "GSM", 33}, {18, "G729", 20}}};
  const Codec& codec = random.pick(kCodecs);
  const Server server = choose_server(scene, site);
  const auto client_rtp = static_cast<std::uint16_t>(random.between({4'500, 8'000}) * 2);
  const auto server_rtp = static_cast<std::uint16_t>(random.between({5'000, 14'000}) * 2);

  UdpConversation signalling(scene, server, 5060, 5060, resolve(scene, server, start));
  SipDialog dialog(signalling, scene.client.address);
  dialog.request("REGISTER", 1);
  dialog.response("200 OK", "REGISTER", 1);
  dialog.request("INVITE", 2, session_description(scene.client.address, client_rtp, codec));
  dialog.response("100 Trying", "INVITE", 2);
  dialog.response("183 Session Progress", "INVITE", 2,
                  session_description(server.host.address, server_rtp, codec));
  dialog.response("200 OK", "INVITE", 2, session_description(server.host.address, server_rtp, codec));
  dialog.request("ACK", 2);

  const Time answered = signalling.now() + milliseconds(3);
  UdpConversation rtp(scene, server, client_rtp, server_rtp, answered);
  UdpConversation rtcp(scene, server, next(client_rtp), next(server_rtp), answered);
  const auto type = static_cast<std::uint8_t>(codec.payload_type);
  const Range frame = {codec.frame_bytes, codec.frame_bytes};
  const Time length = random.between(duration);
  play_rtp(rtp, rtcp,
           {{.from = Side::client, .payload_type = type, .frame = frame},
            {.from = Side::server, .payload_type = type, .frame = frame}},
           length);
  signalling.pause(length + milliseconds(20));
  dialog.request("BYE", 3);
  dialog.response("200 OK", "BYE", 3);
}

void skype_call(Scene& scene, Time start, const Site& site, Medium medium, Range duration) {
  Random& random = scene.random;
  const Server peer = choose_server(scene, site);
  UdpConversation udp(scene, peer, skype_port(random), start);
  const Time end = udp.now() + random.between(duration);
  for (const Side from : {Side::client, Side::server}) {
    std::uint16_t number = random.u16();
    Time time = start + random.below(20'000);
    while (time < end) {
      udp.send_at(time, from, skype_packet(random, number++, random.skewed({55, 190})));
      if (medium == Medium::video && random.chance(45)) {
        for (std::uint32_t i = random.between({1, 3}); i > 0; --i) {
          udp.send_at(time + 200 * i, from, skype_packet(random, number++, random.between({420, 1'290})));
        }
      }
      time += 20'000 + random.below(2'500);
    }
  }
}

void skype_file(Scene& scene, Time start, const Site& site, Side from, Range size) {
  Random& random = scene.random;
  constexpr std::uint32_t kBlock = 1'350;
  const Server peer = choose_server(scene, site);
  UdpConversation udp(scene, peer, skype_port(random), start);
  std::uint16_t number[2] = {random.u16(), random.u16()};
  std::uint32_t left = random.skewed(size);
  for (int count = 1; left > 0; ++count) {
    const std::uint32_t part = std::min(left, kBlock);
    left -= part;
    udp.send_at(udp.now(), from, skype_packet(random, number[index(from)]++, part));
    udp.pause(random.skewed({150, 9'000}));
    if (count % 4 == 0) {
      const Time arrival = udp.now() + (from == Side::client ? udp.server().rtt : 100);
      udp.send_at(arrival, other(from),
                  skype_packet(random, number[index(other(from))]++, random.between({24, 60})));
    }
  }
}

}  // namespace traffic::synthetic
