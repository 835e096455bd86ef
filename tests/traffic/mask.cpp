#include "traffic/mask.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/link_layer.hpp"
#include "traffic/packet_vector.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

using Positions = std::set<std::size_t>;

Positions range(std::size_t first, std::size_t count) {
  Positions positions;
  for (std::size_t i = 0; i < count; ++i) positions.insert(first + i);
  return positions;
}

Positions operator|(Positions left, const Positions& right) {
  left.insert(right.begin(), right.end());
  return left;
}

// Where the mask changed something; everything it changes must be zero.
Positions changed(const std::vector<std::string>& names, const Bytes& ip) {
  const Packet packet = dissect(raw_packet(ip, link_type::raw_ip));
  PacketVector before{};
  const std::size_t used = write_packet_vector(packet, before);
  PacketVector after = before;
  apply_mask(parse_mask(names), packet, {after.data(), used});
  Positions positions;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i] == before[i]) continue;
    CHECK(after[i] == 0);
    positions.insert(i);
  }
  return positions;
}

const Bytes kTimestamps = Bytes{1, 1, 8, 10} + counting(8, 0x21);

}  // namespace

TEST_CASE("each mask zeroes its fields of TCP and nothing else") {
  for (const std::size_t options : {0u, 8u}) {
    const std::size_t tcp_at = 20 + options;
    const Bytes packet = ipv4({.options = Bytes(options, 1)},
                              tcp({0x1234, 0x5678}, psh | ack, counting(50, 100), kTimestamps));
    CHECK(changed({"ports"}, packet) == range(tcp_at, 4));
    CHECK(changed({"checksums"}, packet) == (range(10, 2) | range(tcp_at + 16, 2)));
    CHECK(changed({"ip-id"}, packet) == range(4, 2));
    CHECK(changed({"seq"}, packet) == range(tcp_at + 4, 8));
    CHECK(changed({"window"}, packet) == range(tcp_at + 14, 2));
    CHECK(changed({"timestamps"}, packet) == range(tcp_at + 24, 8));
    CHECK(changed({"sni"}, packet).empty());
    CHECK(changed({"addresses"}, packet).empty());
    CHECK(changed({"ports", "ip-id"}, packet) == (range(tcp_at, 4) | range(4, 2)));
  }
}

TEST_CASE("masks of UDP") {
  const Bytes packet = ipv4({.protocol = 17}, udp({0x1234, 0x5678}, counting(50)));
  CHECK(changed({"ports"}, packet) == range(20, 4));
  CHECK(changed({"checksums"}, packet) == (range(10, 2) | range(26, 2)));
  CHECK(changed({"seq", "window", "timestamps", "sni"}, packet).empty());
}

TEST_CASE("the server name of a ClientHello, whole or cut anywhere") {
  const std::string name = "example.org";
  const Bytes hello = client_hello(name);
  const auto at = static_cast<std::size_t>(std::search(hello.begin(), hello.end(), name.begin(), name.end()) -
                                           hello.begin());
  const Bytes packet = ipv4({}, tcp({}, psh | ack, hello));
  CHECK(changed({"sni"}, packet) == range(40 + at, name.size()));
  for (std::size_t size = 1; size < hello.size(); ++size) {
    const Bytes cut(hello.begin(), hello.begin() + static_cast<std::ptrdiff_t>(size));
    const std::size_t shown = std::min(name.size(), size > at ? size - at : 0);
    CHECK(changed({"sni"}, ipv4({}, tcp({}, psh | ack, cut))) == range(40 + at, shown));
  }
  Bytes no_hello = hello;
  no_hello[5] = 2;
  CHECK(changed({"sni"}, ipv4({}, tcp({}, psh | ack, no_hello))).empty());
}

TEST_CASE("broken TCP options are left alone") {
  for (const Bytes& options : {Bytes{8, 0, 1, 1}, Bytes{8, 1, 1, 1}, Bytes{2, 40, 9, 9}, Bytes{1, 1, 1, 8}}) {
    CHECK(changed({"timestamps"}, ipv4({}, tcp({}, psh | ack, counting(20), options))).empty());
  }
}

TEST_CASE("names of masks") {
  CHECK(parse_mask({"ports", "sni"}).names() == std::vector<std::string>{"ports", "sni"});
  CHECK(parse_mask({}).names().empty());
  CHECK_THROWS_AS(parse_mask({std::string(200'000, 'x')}), ebb::Error);
  try {
    (void)parse_mask({std::string(200'000, 'x')});
  } catch (const ebb::Error& error) {
    CHECK(std::string(error.what()).size() < 200);
  }
  CHECK_THROWS_WITH_AS(parse_mask({"port"}),
                       "[mask] 'port' is none of addresses ports checksums ip-id seq window timestamps sni",
                       ebb::Error);
}
