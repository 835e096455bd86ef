#include "traffic/wifi.hpp"

#include <doctest/doctest.h>

#include "builders.hpp"

using namespace traffic;
using namespace traffic::test;
using Kind = NetworkLayer::Kind;

namespace {

const Bytes kLlc = Bytes{0xaa, 0xaa, 3, 0, 0, 0} + integer(0x0800, 2);
const Bytes kContent = kLlc + tcp_packet();

constexpr std::uint8_t data = 0x08, qos_data = 0x88, null_data = 0x48, beacon = 0x80, acknowledgement = 0xd4;
constexpr std::uint8_t from_access_point = 2, between_access_points = 3, is_protected = 0x40, order = 0x80;

/// A frame header with three addresses.
Bytes header(std::uint8_t kind, std::uint8_t control, std::uint8_t fragment = 0) {
  return Bytes{kind, control} + Bytes(20, 1) + Bytes{static_cast<std::uint8_t>(0x10 | fragment), 0};
}

Bytes radiotap_header(std::uint32_t announced, const Bytes& fields, const Bytes& more_announced = {}) {
  const std::size_t length = 8 + more_announced.size() + fields.size();
  return Bytes{0, 0} + integer(length, 2, false) + integer(announced, 4, false) + more_announced + fields;
}

// As in tests/traffic/link_layer.cpp: found where it stands, and every shorter capture is cut or IP.
void check_found(int link_type, const Bytes& before, const Bytes& after = {}) {
  const std::size_t offset = before.size() + kLlc.size();
  const Bytes packet = before + kContent + after;
  CHECK(find_network_layer(link_type, packet).offset == offset);
  for (std::size_t size = 0; size <= packet.size(); ++size) {
    const Bytes cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(find_network_layer(link_type, cut).kind == (size <= offset ? Kind::cut : Kind::ip));
  }
}

}  // namespace

TEST_CASE("IP is found in data frames, whatever fields their header has") {
  check_found(link_type::wifi, header(data, from_access_point));
  check_found(link_type::wifi, header(qos_data, from_access_point) + Bytes{0, 0});
  check_found(link_type::wifi, header(qos_data, from_access_point | order) + Bytes(6, 0));
  check_found(link_type::wifi, header(data, between_access_points) + Bytes(6, 2));
  check_found(link_type::wifi, header(qos_data, between_access_points) + Bytes(6, 2) + Bytes{0, 0});
}

TEST_CASE("the first of several packets in one frame counts") {
  const Bytes subframe = counting(12) + integer(kContent.size(), 2);
  check_found(link_type::wifi, header(qos_data, from_access_point) + Bytes{0x80, 0} + subframe,
              Bytes(2, 0) + subframe + kContent);
}

TEST_CASE("frames without visible IP are not read") {
  const auto kind = [](const Bytes& packet) { return find_network_layer(link_type::wifi, packet).kind; };
  CHECK(kind(header(data, from_access_point | is_protected) + kContent) == Kind::other);
  CHECK(kind(header(qos_data, from_access_point | is_protected) + Bytes{0, 0} + kContent) == Kind::other);
  CHECK(kind(header(null_data, 1)) == Kind::other);
  CHECK(kind(header(beacon, 0) + counting(40)) == Kind::other);
  CHECK(kind(Bytes{acknowledgement, 0} + counting(8)) == Kind::other);
  CHECK(kind(header(data, from_access_point, 1) + kContent) == Kind::other);   // the second fragment
  CHECK(kind(header(data | 1, from_access_point) + kContent) == Kind::other);  // of an unknown version
}

TEST_CASE("radiotap: its flags tell of a check sequence and of padding, wherever they stand") {
  const Bytes frame = header(data, from_access_point);
  const auto trailer = [&](const Bytes& radiotap) {
    check_found(link_type::wifi_radiotap, radiotap + frame, counting(4));
    return find_network_layer(link_type::wifi_radiotap, radiotap + frame + kContent + counting(4)).trailer;
  };
  CHECK(trailer(radiotap_header(0, {})) == 0);
  CHECK(trailer(radiotap_header(2, {0x00})) == 0);
  CHECK(trailer(radiotap_header(2, {0x10})) == 4);
  CHECK(trailer(radiotap_header(3, Bytes(8, 0xff) + Bytes{0x10})) == 4);
  CHECK(trailer(radiotap_header(0x80000003, Bytes(4, 0) + Bytes(8, 0) + Bytes{0x10}, Bytes(4, 0))) == 4);
  CHECK(trailer(radiotap_header(0x80000002, {}, Bytes(4, 0xff))) == 0);  // announced without end
  check_found(link_type::wifi_radiotap,
              radiotap_header(2, {0x20}) + header(qos_data, from_access_point) + Bytes{0, 0} + Bytes{0, 0});
  CHECK(find_network_layer(link_type::wifi_radiotap, Bytes{1, 0, 8, 0, 0, 0, 0, 0} + frame + kContent).kind ==
        Kind::other);
  CHECK(find_network_layer(link_type::wifi_radiotap, Bytes{0, 0, 7, 0, 0, 0, 0, 0} + frame + kContent).kind ==
        Kind::other);
}

TEST_CASE("headers of Prism and AVS say how long they are") {
  const Bytes frame = header(data, from_access_point);
  const Bytes avs = integer(0x80211001, 4) + integer(64, 4) + Bytes(56, 0);
  check_found(link_type::wifi_prism,
              integer(0x44, 4, false) + integer(144, 4, false) + Bytes(136, 0) + frame);
  check_found(link_type::wifi_prism, avs + frame);
  check_found(link_type::wifi_avs, avs + frame);
}
