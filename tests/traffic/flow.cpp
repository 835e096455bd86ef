#include "traffic/flow.hpp"

#include <map>
#include <set>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/hash.hpp"
#include "traffic/link_layer.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

FlowKey key(const Ip& ip, Ports ports) {
  const Bytes packet = ipv4(ip, ip.protocol == 17 ? udp(ports, {1}) : tcp(ports, psh | ack, {1}));
  return FlowKey(dissect(raw_packet(packet, link_type::raw_ip)));
}

}  // namespace

TEST_CASE("both directions are one flow, and every part of the 5-tuple counts") {
  const FlowKey flow = key({.source = 1, .destination = 2}, {10, 20});
  CHECK(flow == key({.source = 2, .destination = 1}, {20, 10}));
  CHECK_FALSE(flow == key({.source = 1, .destination = 2}, {20, 10}));
  CHECK_FALSE(flow == key({.source = 1, .destination = 3}, {10, 20}));
  CHECK_FALSE(flow == key({.source = 3, .destination = 2}, {10, 20}));
  CHECK_FALSE(flow == key({.source = 1, .destination = 2}, {11, 20}));
  CHECK_FALSE(flow == key({.source = 1, .destination = 2}, {10, 21}));
  CHECK_FALSE(flow == key({.protocol = 17, .source = 1, .destination = 2}, {10, 20}));
  const FlowKey same_address = key({.source = 0xffffffff, .destination = 0xffffffff}, {10, 20});
  CHECK(same_address == key({.source = 0xffffffff, .destination = 0xffffffff}, {20, 10}));
}

TEST_CASE("flows are numbered in the order of their first packets, however many there are") {
  FlowTable table;
  std::map<std::uint64_t, std::uint32_t> expected;
  for (std::uint64_t i = 0; i < 30000; ++i) {
    FlowKey flow;
    flow.lower = mix64(i) % 10000;
    flow.higher = flow.lower << 40;
    const auto [entry, is_new] =
        expected.try_emplace(flow.lower, static_cast<std::uint32_t>(expected.size()));
    REQUIRE(table.number(flow) == entry->second);
  }
  CHECK(table.size() == expected.size());
}

TEST_CASE("hashes tell different bytes apart, whatever their length") {
  std::set<Hash128> seen;
  std::size_t inputs = 0;
  const auto add = [&](const Bytes& bytes) {
    ++inputs;
    seen.insert(hash128(bytes));
    CHECK(hash128(bytes) == hash128(Bytes(bytes)));
  };
  for (std::size_t size = 0; size < 100; ++size) {
    add(Bytes(size, 0));
    for (std::size_t i = 0; i < size; ++i) {
      Bytes bytes(size, 0);
      bytes[i] = 1;
      add(bytes);
    }
  }
  CHECK(seen.size() == inputs);
  CHECK(to_hex({0x0123456789abcdef, 0xf}) == "0123456789abcdef000000000000000f");
}
