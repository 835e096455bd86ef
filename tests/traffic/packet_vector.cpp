#include "traffic/packet_vector.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/link_layer.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

Bytes vector_of(const Bytes& ip) {
  PacketVector vector;
  vector.fill(0xee);
  const std::size_t used = write_packet_vector(dissect(raw_packet(ip, link_type::raw_ip)), vector);
  CHECK(std::all_of(vector.begin() + static_cast<std::ptrdiff_t>(used), vector.end(),
                    [](std::uint8_t byte) { return byte == 0xee; }));
  return {vector.begin(), vector.begin() + static_cast<std::ptrdiff_t>(used)};
}

Bytes without_addresses(Bytes ip) {
  std::fill(ip.begin() + 12, ip.begin() + 20, std::uint8_t{0});
  return ip;
}

Bytes first_bytes(const Bytes& bytes, std::size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

TEST_CASE("a TCP vector is the packet with its addresses zero") {
  const Bytes packet = ipv4({}, tcp({}, psh | ack, counting(100), {1, 1, 1, 1}));
  CHECK(vector_of(packet) == without_addresses(packet));
}

TEST_CASE("a UDP header is followed by 12 zeros") {
  const Bytes header = udp({}, counting(100));
  const Bytes expected =
      ipv4({.protocol = 17, .total_length = 128}, first_bytes(header, 8) + Bytes(12, 0) + counting(100));
  CHECK(vector_of(ipv4({.protocol = 17}, header)) == without_addresses(expected));
}

TEST_CASE("1480 bytes of IP payload, the 12 zeros counted, and 1500 bytes in all") {
  const Bytes payload = counting(3000);
  CHECK(vector_of(ipv4({}, tcp({}, ack, payload))).size() == 1500);
  CHECK(vector_of(ipv4({.options = Bytes(8, 1)}, tcp({}, ack, payload))).size() == 1500);
  CHECK(vector_of(ipv4({}, tcp({}, ack, first_bytes(payload, 1460)))).size() == 1500);
  CHECK(vector_of(ipv4({}, tcp({}, ack, first_bytes(payload, 1459)))).size() == 1499);
  const Bytes datagram = vector_of(ipv4({.protocol = 17}, udp({}, payload)));
  CHECK(datagram.size() == 1500);
  CHECK(Bytes(datagram.begin() + 40, datagram.end()) == first_bytes(payload, 1460));
  CHECK(vector_of(ipv4({.protocol = 17}, udp({}, first_bytes(payload, 1460)))).size() == 1500);
  CHECK(vector_of(ipv4({.protocol = 17}, udp({}, first_bytes(payload, 1459)))).size() == 1499);
}

TEST_CASE("a vector of a truncated packet ends where the capture ends") {
  const Bytes whole = ipv4({.protocol = 17}, udp({}, counting(500)));
  const Bytes cut = first_bytes(whole, 60);
  PacketVector vector;
  CHECK(write_packet_vector(dissect(raw_packet(cut, link_type::raw_ip, whole.size())), vector) == 72);
}
