#include "traffic/synthetic/media.hpp"

#include <algorithm>
#include <string>

namespace traffic::synthetic {
namespace {

constexpr std::uint32_t kLargestPayload = 1'150;

std::string token(Random& random, int size) {
  std::string result;
  for (int i = 0; i < size; ++i) result += static_cast<char>('a' + random.below(26));
  return result;
}

struct RtpState {
  std::uint16_t sequence;
  std::uint32_t clock;
  std::uint32_t source;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

Bytes rtp_packet(Random& random, const MediaStream& stream, RtpState& state, Time time, std::uint32_t size,
                 bool last) {
  constexpr std::uint8_t kVersion2 = 0x80;
  constexpr std::uint8_t kExtended = 0x10;
  Packer p;
  p.u8(stream.send_times ? kVersion2 | kExtended : kVersion2);
  p.u8(stream.payload_type | (last && size < kLargestPayload && stream.period > 20'000 ? 0x80 : 0));
  p.u16(state.sequence++).u32(state.clock).u32(state.source);
  if (stream.send_times) {
    const Time fixed_point = (time << 18) / 1'000'000;  // 24 bits, 18 of them behind the point
    p.u16(0xbede).u16(1).u8(0x32).u24(fixed_point & 0xffffff);
  }
  ++state.packets;
  state.octets += size;
  return p.bytes(random.bytes(size + stream.tag)).take();
}

Bytes sender_report(Random& random, const MediaStream& stream, const RtpState& state, Time time) {
  constexpr std::uint8_t kSenderReport = 200;
  constexpr std::uint8_t kDescription = 202;
  constexpr Time kNtpEpoch = 2'208'988'800;
  constexpr std::size_t kSealedBytes = 44;  // all that follows the first source
  Packer p;
  p.u8(0x80).u8(kSenderReport).u16(6).u32(state.source);
  if (stream.tag > 0) {
    const std::uint32_t index = 0x80000000 | state.packets;
    return p.bytes(random.bytes(kSealedBytes)).u32(index).bytes(random.bytes(stream.tag)).take();
  }
  p.u32(time / 1'000'000 + kNtpEpoch).u32((time % 1'000'000 << 32) / 1'000'000);
  p.u32(state.clock).u32(state.packets).u32(state.octets);
  p.u8(0x81).u8(kDescription).u16(5).u32(state.source);
  const std::string name = token(random, 12);
  p.u8(1).sized8([&](Packer& cname) { cname.text(name); });
  return p.zeros(2).take();
}

std::uint32_t crc32(const Bytes& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xedb88320 & (0U - (crc & 1)));
  }
  return ~crc;
}

/// The fingerprint covers a header that already counts the fingerprint.
Bytes with_length(Bytes message, std::size_t size) {
  message[2] = static_cast<std::uint8_t>(size >> 8);
  message[3] = static_cast<std::uint8_t>(size & 0xff);
  return message;
}

Bytes stun_message(Random& random, bool request, const Bytes& transaction, std::string_view user,
                   std::uint32_t address, std::uint16_t port) {
  constexpr std::uint32_t kCookie = 0x2112a442;
  constexpr std::size_t kHeader = 20;
  constexpr std::size_t kFingerprintSize = 8;
  Packer p;
  p.u16(request ? 0x0001 : 0x0101).u16(0).u32(kCookie).bytes(transaction);
  if (request) {
    p.u16(0x0006).u16(user.size()).text(user).zeros((4 - user.size() % 4) % 4);
    p.u16(0x0024).u16(4).u32(0x6e7f00ff);         // PRIORITY
    p.u16(0x8029).u16(8).bytes(random.bytes(8));  // ICE-CONTROLLED
  } else {
    p.u16(0x0020).u16(8).u16(0x0001).u16(port ^ kCookie >> 16).u32(address ^ kCookie);
  }
  p.u16(0x0008).u16(20).bytes(random.bytes(20));  // MESSAGE-INTEGRITY
  const std::size_t length = p.size() - kHeader + kFingerprintSize;
  const Bytes sized = with_length(p.take(), length);
  Packer whole;
  whole.bytes(sized).u16(0x8028).u16(4).u32(crc32(sized) ^ 0x5354554e);
  return whole.take();
}

}  // namespace

void play_rtp(UdpConversation& udp, UdpConversation& control, const std::vector<MediaStream>& streams,
              Time duration) {
  Random& random = udp.random();
  constexpr std::uint32_t kPacketsPerReport = 60;
  for (const MediaStream& stream : streams) {
    RtpState state{random.u16(), random.u32(), random.u32()};
    Time time = udp.now() + random.below(stream.period);
    for (const Time end = udp.now() + duration; time < end; time += stream.period) {
      const Time sent = time + random.skewed({0, 3'000});
      Time gap = 0;
      for (std::uint32_t left = random.skewed(stream.frame); left > 0; gap += random.between({20, 300})) {
        const std::uint32_t part = std::min(left, kLargestPayload);
        left -= part;
        udp.send_at(sent + gap, stream.from, rtp_packet(random, stream, state, sent + gap, part, left == 0));
        if (state.packets % kPacketsPerReport == 20) {
          control.send_at(sent + gap + 40, stream.from, sender_report(random, stream, state, sent));
        }
      }
      state.clock += stream.ticks_per_frame;
    }
  }
  udp.pause(duration);
}

void play_stun(UdpConversation& udp, int checks) {
  Random& random = udp.random();
  const std::string peer = token(random, 16);
  const std::string user = peer + ":" + token(random, 16);
  const auto port = static_cast<std::uint16_t>(random.between({49'152, 65'535}));
  for (int i = 0; i < checks; ++i) {
    const Side from = random.chance(60) ? Side::client : Side::server;
    const Bytes transaction = random.bytes(12);
    const std::uint32_t address = udp.server().host.address;
    udp.send(from, stun_message(random, true, transaction, user, address, port));
    udp.pause(random.between({200, 2'000}));
    udp.send(other(from), stun_message(random, false, transaction, user, address, port));
    udp.pause(random.skewed({5'000, 90'000}));
  }
}

}  // namespace traffic::synthetic
