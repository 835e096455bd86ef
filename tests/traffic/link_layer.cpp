#include "traffic/link_layer.hpp"

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/packet.hpp"

using namespace traffic;
using namespace traffic::test;
using Kind = NetworkLayer::Kind;

namespace {

const Bytes kIp = tcp_packet();
const Bytes kVlan = integer(7, 2);  // a tag; the type of the content follows

// The IP header must be found where it stands, and every shorter capture of the packet must be seen as cut
// or, from the first byte of the IP header on, as IP.
void check_found(int link_type, const Bytes& packet) {
  const std::size_t offset = packet.size() - kIp.size();
  const NetworkLayer found = find_network_layer(link_type, packet);
  CHECK(found.kind == Kind::ip);
  CHECK(found.offset == offset);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    const Bytes cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(find_network_layer(link_type, cut).kind == (size <= offset ? Kind::cut : Kind::ip));
  }
}

}  // namespace

TEST_CASE("the IP header is found behind every link header") {
  SUBCASE("Ethernet") { check_found(link_type::ethernet, ethernet(kIp)); }
  SUBCASE("VLAN") { check_found(link_type::ethernet, ethernet(kVlan + integer(0x0800, 2) + kIp, 0x8100)); }
  SUBCASE("QinQ") {
    for (const int outer : {0x88a8, 0x9100, 0x8100}) {
      check_found(link_type::ethernet, ethernet(kVlan + integer(0x8100, 2) + kVlan + integer(0x0800, 2) + kIp,
                                                static_cast<std::uint16_t>(outer)));
    }
  }
  SUBCASE("MPLS, two labels") {
    check_found(link_type::ethernet, ethernet(integer(0x00010040, 4) + integer(0x00020140, 4) + kIp, 0x8847));
  }
  SUBCASE("PPPoE") {
    check_found(link_type::ethernet,
                ethernet(Bytes{0x11, 0} + integer(1, 2) + integer(kIp.size() + 2, 2) + integer(0x21, 2) + kIp,
                         0x8864));
  }
  SUBCASE("PPPoE behind VLAN") {
    check_found(link_type::ethernet, ethernet(kVlan + integer(0x8864, 2) + Bytes{0x11, 0} + integer(1, 2) +
                                                  integer(kIp.size() + 2, 2) + integer(0x21, 2) + kIp,
                                              0x8100));
  }
  SUBCASE("LLC and SNAP") {
    check_found(link_type::ethernet, ethernet(Bytes{0xaa, 0xaa, 3, 0, 0, 0} + integer(0x0800, 2) + kIp, 60));
  }
  SUBCASE("Linux cooked") { check_found(link_type::linux_cooked, counting(14) + integer(0x0800, 2) + kIp); }
  SUBCASE("Linux cooked with VLAN") {
    check_found(link_type::linux_cooked,
                counting(14) + integer(0x8100, 2) + kVlan + integer(0x0800, 2) + kIp);
  }
  SUBCASE("Linux cooked v2") {
    check_found(link_type::linux_cooked_v2, integer(0x0800, 2) + counting(18) + kIp);
  }
  SUBCASE("null, either byte order") {
    check_found(link_type::null, integer(2, 4, true) + kIp);
    check_found(link_type::null, integer(2, 4, false) + kIp);
  }
  SUBCASE("loopback") { check_found(link_type::loopback, integer(2, 4) + kIp); }
  SUBCASE("raw IP") {
    check_found(link_type::raw_ip, kIp);
    check_found(link_type::ipv4, kIp);
  }
  SUBCASE("PPP with and without its first two bytes, and with a compressed protocol") {
    for (const int type : {link_type::ppp, link_type::ppp_hdlc}) {
      check_found(type, Bytes{0xff, 3, 0, 0x21} + kIp);
      check_found(type, Bytes{0, 0x21} + kIp);
      check_found(type, Bytes{0xff, 3, 0x21} + kIp);
    }
  }
  SUBCASE("PPPoE as link type") {
    check_found(link_type::pppoe,
                Bytes{0x11, 0} + integer(1, 2) + integer(kIp.size() + 2, 2) + integer(0x21, 2) + kIp);
  }
  SUBCASE("Cisco HDLC, also under PPP's link type") {
    check_found(link_type::cisco_hdlc, Bytes{0x0f, 0} + integer(0x0800, 2) + kIp);
    check_found(link_type::ppp_hdlc, Bytes{0x0f, 0} + integer(0x0800, 2) + kIp);
  }
  SUBCASE("PPI over Ethernet and over raw IP") {
    check_found(link_type::ppi,
                Bytes{0, 0} + integer(12, 2, false) + integer(1, 4, false) + counting(4) + ethernet(kIp));
    check_found(link_type::ppi, Bytes{0, 0} + integer(8, 2, false) + integer(12, 4, false) + kIp);
  }
  SUBCASE("Cisco FabricPath, whose check sequence is no part of the packet") {
    const Bytes packet = counting(12) + integer(0x8903, 2) + counting(2) + ethernet(kIp);
    check_found(link_type::ethernet, packet);
    CHECK(find_network_layer(link_type::ethernet, packet).trailer == 4);
  }
}

TEST_CASE("what is no IP is told apart from what is not known") {
  const auto kind = [](int type, const Bytes& packet) { return find_network_layer(type, packet).kind; };
  CHECK(kind(link_type::ethernet, ethernet(counting(28), 0x0806)) == Kind::other);
  CHECK(kind(link_type::ethernet, ethernet(counting(28), 40)) == Kind::other);  // LLC without SNAP
  CHECK(kind(link_type::ethernet, ethernet(Bytes{0x11, 9} + counting(20), 0x8864)) == Kind::other);
  CHECK(kind(link_type::ethernet, ethernet(integer(0x00010140, 4) + counting(20), 0x8847)) == Kind::other);
  CHECK(kind(link_type::ppp, Bytes{0xff, 3, 0xc0, 0x21} + counting(20)) == Kind::other);
  CHECK(kind(link_type::null, integer(7, 4) + counting(20)) == Kind::other);
  CHECK(kind(link_type::ppi, Bytes{0, 0} + integer(8, 2, false) + integer(105, 4, false) + counting(30)) ==
        Kind::unknown_link_type);
  CHECK(kind(link_type::ppi, Bytes{0, 0} + integer(8, 2, false) + integer(192, 4, false) + counting(30)) ==
        Kind::other);
  CHECK(kind(105, ethernet(kIp)) == Kind::unknown_link_type);  // 802.11
  CHECK(kind(127, kIp) == Kind::unknown_link_type);            // radiotap
}

TEST_CASE("IPv6 is found by its version, whatever the link layer says") {
  const Bytes ipv6 = Bytes{0x60} + counting(60);
  CHECK(dissect(raw_packet(ethernet(ipv6, 0x86dd))).verdict == Verdict::ipv6);
  CHECK(dissect(raw_packet(ethernet(ipv6, 0x0800))).verdict == Verdict::ipv6);
  CHECK(dissect(raw_packet(ipv6, link_type::raw_ip)).verdict == Verdict::ipv6);
  for (const std::uint32_t family : {10u, 24u, 28u, 30u}) {
    const Bytes packet = integer(family, 4, false) + ipv6;
    CHECK(dissect(raw_packet(packet, link_type::null)).verdict == Verdict::ipv6);
  }
}
