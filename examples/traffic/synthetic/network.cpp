#include "traffic/synthetic/network.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "traffic/synthetic/capture_writer.hpp"

namespace traffic::synthetic {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kIpHeader = 20;

void put16(Bytes& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value & 0xff);
}

std::uint32_t half_sum(std::uint32_t word) { return (word >> 16) + (word & 0xffff); }

/// That of the group or the subnet (a /24), else `unicast`.
Bytes destination_mac(const Bytes& ip, const Bytes& unicast) {
  constexpr std::size_t kDestination = 16;
  if (ip[kDestination] >= 224) {
    return Packer()
        .u24(0x01005e)
        .u8(ip[kDestination + 1] & 0x7f)
        .bytes(part(ip, kDestination + 2, kDestination + 4))
        .take();
  }
  return ip[kDestination + 3] == 0xff ? Bytes(6, 0xff) : unicast;
}

Bytes mac_with_vendor(Random& random, std::uint32_t vendor) {
  return Packer().u24(vendor).u24(random.below(1U << 24)).take();
}

}  // namespace

std::uint16_t internet_checksum(const Bytes& bytes, std::uint32_t sum) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += static_cast<std::uint32_t>(bytes[i] << 8 | bytes[i + 1]);
  }
  if (bytes.size() % 2 == 1) sum += static_cast<std::uint32_t>(bytes.back() << 8);
  while (sum > 0xffff) sum = half_sum(sum);
  return static_cast<std::uint16_t>(~sum);
}

void Capture::add_tcp(Time time, Side from, const Host& source, const Host& destination, Bytes segment) {
  add(time, from, source, destination, kTcp, std::move(segment), 16);
}

void Capture::add_udp(Time time, Side from, const Host& source, const Host& destination, Bytes datagram) {
  add(time, from, source, destination, kUdp, std::move(datagram), 6);
}

void Capture::add(Time time, Side from, const Host& source, const Host& destination, std::uint8_t protocol,
                  Bytes segment, std::size_t checksum_at) {
  const auto length = static_cast<std::uint32_t>(segment.size());
  const std::uint32_t pseudo_header =
      half_sum(source.address) + half_sum(destination.address) + protocol + length;
  std::uint16_t checksum = internet_checksum(segment, pseudo_header);
  if (protocol == kUdp && checksum == 0) checksum = 0xffff;  // zero would say "no checksum" (RFC 768)
  put16(segment, checksum_at, checksum);

  constexpr std::uint16_t kDontFragment = 0x4000;
  // Windows leaves DF clear on UDP.
  const bool may_fragment = protocol == kUdp && source.system == System::windows;
  Packer ip;
  ip.u8(0x45).u8(0).u16(kIpHeader + length).u16(0).u16(may_fragment ? 0 : kDontFragment);
  ip.u8(source.ttl).u8(protocol).u16(0).u32(source.address).u32(destination.address).bytes(segment);
  packets_.push_back({time, from, source.ids, ip.take()});
}

std::vector<Packet> Capture::finish() {
  std::stable_sort(packets_.begin(), packets_.end(),
                   [](const Packet& a, const Packet& b) { return a.time < b.time; });
  std::map<Bytes, std::uint16_t> next_id;
  for (Packet& packet : packets_) {
    Bytes& ip = packet.ip;
    if (packet.ids != IpIds::zero) {
      // Source address, and for a count per flow also the destination and the ports.
      const std::size_t key_end = packet.ids == IpIds::per_host ? 16 : 24;
      const auto [counter, is_new] = next_id.try_emplace(part(ip, 12, key_end));
      if (is_new) counter->second = random_.u16();
      put16(ip, 4, counter->second++);
    }
    put16(ip, 10, internet_checksum(part(ip, 0, kIpHeader)));
  }
  return std::move(packets_);
}

void write_capture(const std::filesystem::path& path, const std::vector<Packet>& packets, Random random) {
  constexpr std::size_t kShortestFrame = 60;
  const Bytes client = mac_with_vendor(random, 0x3c970e);
  const Bytes gateway = mac_with_vendor(random, 0x001b17);
  CaptureWriter writer(path);
  for (const Packet& packet : packets) {
    const bool outgoing = packet.from == Side::client;
    Packer frame;
    frame.bytes(destination_mac(packet.ip, outgoing ? gateway : client)).bytes(outgoing ? client : gateway);
    frame.u16(0x0800).bytes(packet.ip);
    if (!outgoing && frame.size() < kShortestFrame) frame.zeros(kShortestFrame - frame.size());
    writer.write(packet.time, frame.take());
  }
  writer.close();
}

}  // namespace traffic::synthetic
