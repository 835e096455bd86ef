#include "traffic/link_layer.hpp"

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/packet.hpp"

using namespace traffic;
using namespace traffic::test;
using Kind = NetworkLayer::Kind;

namespace {

const Bytes kIp = tcp_packet();
const Bytes kSnap = Bytes{0xaa, 0xaa, 3, 0, 0, 0} + integer(0x0800, 2);
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
  SUBCASE("LLC and SNAP, also of a bridge, and LLC alone") {
    check_found(link_type::ethernet, ethernet(kSnap + kIp, 60));
    check_found(link_type::ethernet,
                ethernet(Bytes{0xaa, 0xaa, 3, 0, 0, 0xf8} + integer(0x0800, 2) + kIp, 60));
    check_found(link_type::ethernet, ethernet(Bytes{6, 6, 3} + kIp, 60));
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
  SUBCASE("raw IP, by each of its numbers") {
    for (const int type :
         {link_type::raw_ip, link_type::raw_ip_bsd, link_type::raw_ip_openbsd, link_type::ipv4}) {
      check_found(type, kIp);
    }
  }
  SUBCASE("ENC, either byte order") {
    for (const bool big : {false, true}) check_found(link_type::enc, integer(2, 4, big) + Bytes(8, 0) + kIp);
  }
  SUBCASE("IEEE 1394") { check_found(link_type::ieee1394, counting(16) + integer(0x0800, 2) + kIp); }
  SUBCASE("FDDI") { check_found(link_type::fddi, Bytes{0x50} + counting(12) + kSnap + kIp); }
  SUBCASE("Token Ring, also with a route of the source") {
    check_found(link_type::token_ring, Bytes{0x10, 0x40} + Bytes(12, 1) + kSnap + kIp);
    check_found(link_type::token_ring,
                Bytes{0x10, 0x40} + Bytes(6, 1) + Bytes(6, 0x81) + Bytes{6, 0, 1, 2, 3, 4} + kSnap + kIp);
  }
  SUBCASE("IP over ATM and over Fibre Channel") {
    check_found(link_type::atm, kSnap + kIp);
    check_found(link_type::fibre_channel, counting(16) + kSnap + kIp);
  }
  SUBCASE("IPNET and PFLOG, whose header is padded") {
    check_found(link_type::ipnet, Bytes{1, 2} + counting(22) + kIp);
    check_found(link_type::pflog, Bytes{61, 2} + counting(62) + kIp);
  }
  SUBCASE("NFLOG, its attributes in either byte order") {
    for (const bool big : {false, true}) {
      const Bytes name = integer(6, 2, big) + integer(10, 2, big) + Bytes{'i', 0, 0, 0};  // padded
      check_found(link_type::nflog,
                  Bytes{2, 0, 0, 0} + name + integer(4 + kIp.size(), 2, big) + integer(9, 2, big) + kIp);
    }
  }
  SUBCASE("PKTAP over Ethernet and over raw IP") {
    const auto pktap = [](std::uint32_t type) {
      return integer(108, 4, false) + integer(1, 4, false) + integer(type, 4, false) + Bytes(96, 0);
    };
    check_found(link_type::pktap, pktap(1) + ethernet(kIp));
    check_found(link_type::pktap, pktap(12) + kIp);
  }
  SUBCASE("MPLS as link type") { check_found(link_type::mpls, integer(0x00010140, 4) + kIp); }
  SUBCASE("Ethernet in an MPLS pseudowire, with and without its control word") {
    const auto labelled = [](const Bytes& content) {
      return ethernet(integer(0x00010140, 4) + content, 0x8847);
    };
    check_found(link_type::ethernet, labelled(Bytes(4, 0) + ethernet(kIp)));
    check_found(link_type::ethernet,
                labelled(Bytes{0, 0, 0, 7} + ethernet(kVlan + integer(0x0800, 2) + kIp, 0x8100)));
    check_found(link_type::ethernet, labelled(Bytes(4, 0) + labelled(Bytes(4, 0) + ethernet(kIp))));
    for (const int first : {0x00, 0x02, 0x84, 0xf4}) {
      Bytes frame = ethernet(kIp);
      frame[0] = static_cast<std::uint8_t>(first);
      CHECK(find_network_layer(link_type::ethernet, labelled(frame)).offset == 14 + 4 + 14);
    }
    check_found(link_type::ethernet, labelled(Bytes{0x10, 0, 0, 0x21} + kIp));  // an associated channel
  }
  SUBCASE("PPP with and without its first two bytes, and with a compressed protocol") {
    for (const int type : {link_type::ppp, link_type::ppp_hdlc}) {
      check_found(type, Bytes{0xff, 3, 0, 0x21} + kIp);
      check_found(type, Bytes{0, 0x21} + kIp);
      check_found(type, Bytes{0xff, 3, 0x21} + kIp);
    }
    check_found(link_type::ppp_with_direction, Bytes{1, 0xff, 3, 0, 0x21} + kIp);
  }
  SUBCASE("PPPoE as link type") {
    check_found(link_type::pppoe,
                Bytes{0x11, 0} + integer(1, 2) + integer(kIp.size() + 2, 2) + integer(0x21, 2) + kIp);
  }
  SUBCASE("Cisco HDLC, also under PPP's link type") {
    check_found(link_type::cisco_hdlc, Bytes{0x0f, 0} + integer(0x0800, 2) + kIp);
    check_found(link_type::ppp_hdlc, Bytes{0x0f, 0} + integer(0x0800, 2) + kIp);
    check_found(link_type::cisco_hdlc_with_direction, Bytes{1, 0x0f, 0} + integer(0x0800, 2) + kIp);
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
  const Bytes ppi_of_usb = Bytes{0, 0} + integer(8, 2, false) + integer(220, 4, false) + counting(30);
  CHECK(kind(link_type::ppi, ppi_of_usb) == Kind::unknown_link_type);
  CHECK(find_network_layer(link_type::ppi, ppi_of_usb).link_type == 220);
  CHECK(kind(link_type::ppi, Bytes{0, 0} + integer(8, 2, false) + integer(192, 4, false) + counting(30)) ==
        Kind::other);
  const Bytes none = integer(108, 4, false) + integer(0, 4, false) + integer(1, 4, false) + Bytes(96, 0);
  CHECK(kind(link_type::pktap, none + ethernet(kIp)) == Kind::other);
  CHECK(kind(link_type::nflog, Bytes{7, 0, 0, 0} + integer(4 + kIp.size(), 2, false) + Bytes{9, 0} + kIp) ==
        Kind::other);
  CHECK(kind(link_type::fddi, Bytes{0x41} + counting(12) + kSnap + kIp) == Kind::other);
  CHECK(kind(link_type::token_ring, Bytes(14, 1) + kSnap + kIp) == Kind::other);
  CHECK(kind(149, kIp) == Kind::unknown_link_type);
  CHECK(find_network_layer(149, kIp).link_type == 149);
}

TEST_CASE("headers that wrap each other without end neither exhaust the stack nor take long") {
  Bytes frame;
  while (frame.size() < 200'000) frame = frame + ethernet(integer(0x00010140, 4) + Bytes(4, 0), 0x8847);
  CHECK(find_network_layer(link_type::ethernet, frame).kind == Kind::other);
  Bytes wrapped;
  while (wrapped.size() < 200'000)
    wrapped = wrapped + Bytes{0, 0} + integer(8, 2, false) + integer(192, 4, false);
  CHECK(find_network_layer(link_type::ppi, wrapped).kind == Kind::other);
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
