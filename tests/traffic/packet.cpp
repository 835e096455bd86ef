#include "traffic/packet.hpp"

#include <ebb/core/error.hpp>

#include <string>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/link_layer.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

Verdict verdict_of(const Bytes& ip, const DropList& drop = {}) {
  return dissect(raw_packet(ip, link_type::raw_ip), drop).verdict;
}

Verdict tcp_verdict(std::uint8_t flags, const Bytes& payload, Ports ports = {}) {
  return verdict_of(ipv4({}, tcp(ports, flags, payload)));
}

}  // namespace

TEST_CASE("TCP without payload is dropped where SYN, ACK or FIN is set") {
  for (const std::uint8_t flags : {syn, ack, fin, static_cast<std::uint8_t>(syn | ack)}) {
    CHECK(tcp_verdict(flags, {}) == Verdict::dropped_tcp_no_payload);
    CHECK(tcp_verdict(flags, {1}) == Verdict::kept);
  }
  CHECK(tcp_verdict(rst, {}) == Verdict::kept);
  CHECK(tcp_verdict(rst | ack, {}) == Verdict::dropped_tcp_no_payload);
  CHECK(tcp_verdict(psh, {}) == Verdict::kept);
}

TEST_CASE("payload is what the IP total length says, not padding behind it") {
  const Bytes packet = ethernet(ipv4({}, tcp({}, ack, {}))) + Bytes(6, 0);
  const Packet dissected = dissect(raw_packet(packet));
  CHECK(dissected.verdict == Verdict::dropped_tcp_no_payload);
  CHECK(dissected.bytes.size() == 40);
}

TEST_CASE("DNS is port 53 on either side, after the rule of empty segments") {
  CHECK(tcp_verdict(psh | ack, {1}, {53, 9000}) == Verdict::dropped_dns);
  CHECK(tcp_verdict(psh | ack, {1}, {9000, 53}) == Verdict::dropped_dns);
  CHECK(verdict_of(udp_packet({9000, 53})) == Verdict::dropped_dns);
  CHECK(verdict_of(udp_packet({53, 9000}, {})) == Verdict::dropped_dns);
  CHECK(tcp_verdict(syn, {}, {9000, 53}) == Verdict::dropped_tcp_no_payload);
  const Bytes empty = ipv4({}, tcp({9000, 53}, syn, {}));
  CHECK(dissect(raw_packet(empty, link_type::raw_ip)).port53);
}

TEST_CASE("background protocols stay unless they are named") {
  struct Case {
    const char* name;
    std::uint16_t port;
  };
  for (const Case& known :
       {Case{"mdns", 5353}, {"llmnr", 5355}, {"netbios", 138}, {"dhcp", 67}, {"ssdp", 1900}}) {
    const DropList drop(std::vector<std::string>{known.name});
    CHECK(verdict_of(udp_packet({9000, known.port})) == Verdict::kept);
    CHECK(verdict_of(udp_packet({9000, known.port}), drop) == Verdict::dropped_background);
    CHECK(verdict_of(udp_packet({known.port, 9000}), drop) == Verdict::dropped_background);
    CHECK(verdict_of(udp_packet({9000, 140}), drop) == Verdict::kept);
  }
  CHECK_THROWS_AS(DropList({"mdsn"}), ebb::Error);
}

TEST_CASE("what is skipped, and why") {
  CHECK(verdict_of(ipv4({.protocol = 1}, counting(20))) == Verdict::other_transport);
  CHECK(verdict_of(ipv4({.protocol = 47}, counting(20))) == Verdict::other_transport);
  CHECK(verdict_of(ipv4({.fragment = 0x2001}, tcp({}, ack, {1}))) == Verdict::fragment);
  CHECK(verdict_of(ipv4({.fragment = 0x2000}, tcp({}, ack, {1}))) == Verdict::kept);  // the first fragment
  CHECK(verdict_of(ipv4({}, counting(19))) == Verdict::no_transport_header);
  CHECK(verdict_of(ipv4({.protocol = 17}, counting(7))) == Verdict::no_transport_header);
  CHECK(verdict_of(Bytes{0x50} + counting(40)) == Verdict::broken_ip_header);
  CHECK(verdict_of(Bytes{0x44} + counting(40)) == Verdict::broken_ip_header);
  CHECK(verdict_of(ipv4({.total_length = 19}, tcp({}, ack, {1}))) == Verdict::broken_ip_header);

  Bytes impossible_offset = tcp({}, ack, {1});
  impossible_offset[12] = 0x40;
  CHECK(verdict_of(ipv4({}, impossible_offset)) == Verdict::no_transport_header);
  impossible_offset[12] = 0x60;  // three bytes longer than the segment
  CHECK(verdict_of(ipv4({}, impossible_offset)) == Verdict::no_transport_header);
}

TEST_CASE("the protocol field alone counts as TCP or UDP") {
  const Bytes fragment = ipv4({.protocol = 17, .fragment = 5}, counting(40));
  const Packet packet = dissect(raw_packet(fragment, link_type::raw_ip));
  CHECK(packet.ipv4_udp);
  CHECK_FALSE(packet.ipv4_tcp);
  CHECK_FALSE(packet.port53);
}

TEST_CASE("a packet cut by the capture keeps its lengths on the wire") {
  const Bytes whole = ethernet(ipv4({}, tcp({}, psh | ack, counting(200))));
  const Bytes cut(whole.begin(), whole.begin() + 14 + 40);  // headers only
  const Packet packet = dissect(raw_packet(cut, link_type::ethernet, whole.size()));
  CHECK(packet.verdict == Verdict::kept);
  CHECK(packet.bytes.size() == 40);
  CHECK(dissect(raw_packet(cut, link_type::ethernet)).verdict == Verdict::dropped_tcp_no_payload);
  const Bytes no_header(whole.begin(), whole.begin() + 14 + 39);
  CHECK(dissect(raw_packet(no_header, link_type::ethernet, whole.size())).verdict ==
        Verdict::no_transport_header);
}

TEST_CASE("a check sequence behind the packet is no part of it, where the capture tells of it") {
  const Bytes header = Bytes{0, 0, 9, 0} + integer(2, 4, false) + Bytes{0x10};
  const Bytes frame = Bytes{0x08, 0x02} + Bytes(22, 0) + Bytes{0xaa, 0xaa, 3, 0, 0, 0} + integer(0x0800, 2) +
                      ipv4({.total_length = 0}, tcp({}, psh | ack, counting(100))) + counting(4);
  CHECK(dissect(raw_packet(header + frame, link_type::wifi_radiotap)).bytes.size() == 140);
}

TEST_CASE("an IP total length of zero means all there is") {
  const Bytes packet = ipv4({.total_length = 0}, tcp({}, psh | ack, counting(100)));
  CHECK(dissect(raw_packet(packet, link_type::raw_ip)).bytes.size() == 140);
  CHECK(verdict_of(packet) == Verdict::kept);
}
