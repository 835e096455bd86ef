#include <algorithm>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "shared_data.hpp"
#include "traffic/capture.hpp"
#include "traffic/csv.hpp"
#include "traffic/packet_counts.hpp"
#include "traffic/packet_vector.hpp"

// Counts and vectors that an independent tool computed from real captures.

using namespace traffic;

TEST_CASE("every reference capture has the counts of the reference") {
  const auto shared = ebb::test::shared_folder();
  if (!shared) {
    MESSAGE("skipped: no folder with reference data");
    return;
  }
  const std::filesystem::path data = *shared / "data";
  const CsvFile csv(data / "reference" / "packets.csv");
  REQUIRE(csv.rows() == 191);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::string file = csv.field(row, csv.column("file"));
    CAPTURE(file);
    const auto expected = [&](const std::string& column) -> std::uint64_t {
      return std::stoull(csv.field(row, csv.column(column)));
    };
    Capture capture(data / file);
    PacketCounts counts;
    for (RawPacket raw; capture.next(raw);) counts.add(raw, dissect(raw));
    CHECK(counts.packets == expected("total_packets"));
    CHECK(counts.truncated == expected("truncated"));
    CHECK(counts.ipv4_tcp == expected("ipv4_tcp"));
    CHECK(counts.ipv4_udp == expected("ipv4_udp"));
    CHECK(counts.of(Verdict::dropped_tcp_no_payload) == expected("tcp_empty_syn_ack_fin"));
    CHECK(counts.dns53 == expected("dns_port53"));
    CHECK(counts.of(Verdict::kept) == expected("kept_port53"));
    CHECK(counts.of(Verdict::fragment) + counts.of(Verdict::no_transport_header) == expected("no_l4_header"));
    CHECK(capture.damage().has_value() == !csv.field(row, csv.column("tshark_message")).empty());
  }
}

TEST_CASE("every reference vector is equal byte for byte") {
  const auto shared = ebb::test::shared_folder();
  if (!shared) {
    MESSAGE("skipped: no folder with reference data");
    return;
  }
  const std::filesystem::path data = *shared / "data";
  std::ifstream in(data / "reference" / "vectors.json");
  const nlohmann::json json = nlohmann::json::parse(in);
  REQUIRE(json.size() == 40);
  for (const auto& entry : json) {
    const std::string file = entry["file"];
    const std::uint64_t number = entry["frame_number"];
    CAPTURE(file);
    CAPTURE(number);
    Capture capture(data / file);
    RawPacket raw;
    while (capture.next(raw) && raw.number < number) {
    }
    REQUIRE(raw.number == number);
    const Packet packet = dissect(raw);
    REQUIRE(packet.verdict == Verdict::kept);
    PacketVector vector{};
    CHECK(write_packet_vector(packet, vector) == entry["bytes_used"].get<std::size_t>());
    std::string hex;
    for (const std::uint8_t byte : vector) {
      hex += "0123456789abcdef"[byte >> 4];
      hex += "0123456789abcdef"[byte & 15];
    }
    CHECK(hex == entry["vector_hex"].get<std::string>());
  }
}
