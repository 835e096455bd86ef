#include "traffic/packet_counts.hpp"

#include <ebb/core/error.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/link_layer.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

void add(PacketCounts& counts, const Bytes& packet, int link_type) {
  const RawPacket raw = raw_packet(packet, link_type);
  counts.add(raw, dissect(raw));
}

}  // namespace

TEST_CASE("every packet is counted once") {
  PacketCounts counts;
  for (const Bytes& packet : {tcp_packet(), udp_packet(), udp_packet({1, 53}), ipv4({}, tcp({}, syn, {})),
                              ipv4({.protocol = 1}, counting(8)), ipv4({.fragment = 9}, counting(40))}) {
    const RawPacket raw = raw_packet(packet, link_type::raw_ip, packet.size() + 1);
    counts.add(raw, dissect(raw));
  }
  CHECK(counts.packets == 6);
  CHECK(counts.ipv4_tcp == 3);
  CHECK(counts.ipv4_udp == 2);
  CHECK(counts.dns53 == 1);
  CHECK(counts.truncated == 6);
  CHECK(counts.skipped() == 2);
  CHECK(counts.of(Verdict::kept) + counts.of(Verdict::dropped_tcp_no_payload) +
            counts.of(Verdict::dropped_dns) + counts.skipped() ==
        counts.packets);
  PacketCounts twice = counts;
  twice += counts;
  CHECK(twice.packets == 12);
  CHECK(twice.of(Verdict::kept) == 4);
}

TEST_CASE("unknown link types are counted by number and named") {
  PacketCounts counts;
  for (int i = 0; i < 1200; ++i) add(counts, tcp_packet(), 147);
  add(counts, tcp_packet(), 220);
  CHECK(skip_reasons(counts) == "unknown_link_type 1,201");
  CHECK(describe_unknown_link_types(counts) ==
        std::vector<std::string>{"link type 147 is not known: 1,200 packets skipped",
                                 "link type 220 is not known: 1 packet skipped"});
  PacketCounts twice = counts;
  twice += counts;
  CHECK(twice.unknown_link_types.at(220) == 2);
}

TEST_CASE("a capture of unknown link types only is an error that names them") {
  PacketCounts counts;
  CHECK_NOTHROW(require_known_link_type("a.pcap", counts));  // empty
  add(counts, tcp_packet(), 147);
  const auto message = [&] {
    try {
      require_known_link_type("a.pcap", counts);
    } catch (const ebb::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message() == "[capture] a.pcap: no packet can be read; link type 147 is not known: 1 packet skipped");
  add(counts, ethernet(counting(28), 0x0806), link_type::ethernet);
  CHECK(message().empty());
  CHECK(skip_reasons(counts) == "not_ip 1, unknown_link_type 1");
}
