#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "shared_data.hpp"
#include "traffic/bytes.hpp"
#include "traffic/capture.hpp"
#include "traffic/csv.hpp"
#include "traffic/packet.hpp"

// Small captures of every link type and of everything that readers fail on, against what tshark says of them.

using namespace traffic;

namespace {

// Per packet, separated by '|', as in the reference.
struct Columns {
  std::size_t packets = 0;
  std::string protocols;
  std::string tcp_payload_lengths;
  std::string udp_lengths;
};

bool has_transport_header(Verdict verdict) { return !is_skip(verdict); }

Columns columns_of(const std::filesystem::path& file) {
  Columns columns;
  Capture capture(file);
  for (RawPacket raw; capture.next(raw);) {
    if (columns.packets++ > 0) {
      for (std::string* column : {&columns.protocols, &columns.tcp_payload_lengths, &columns.udp_lengths}) {
        *column += '|';
      }
    }
    const Packet packet = dissect(raw);
    if (packet.ipv4_tcp) columns.protocols += "6";
    if (packet.ipv4_udp) columns.protocols += "17";
    if (!has_transport_header(packet.verdict)) continue;
    if (packet.ipv4_tcp) {
      columns.tcp_payload_lengths +=
          std::to_string(packet.bytes.size() - packet.ip_header - packet.transport_header);
    } else {
      columns.udp_lengths += std::to_string(big16(&packet.bytes[packet.ip_header + 4]));
    }
  }
  return columns;
}

}  // namespace

TEST_CASE("every capture that is hard to read has the packets, protocols and lengths of the reference") {
  const auto shared = ebb::test::shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "data" / "edge")) {
    MESSAGE("skipped: no folder with captures that are hard to read");
    return;
  }
  const std::filesystem::path folder = *shared / "data" / "edge";
  const CsvFile csv(folder / "expected.csv");
  REQUIRE(csv.rows() == 48);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::string file = csv.field(row, csv.column("file"));
    CAPTURE(file);
    const Columns found = columns_of(folder / file);
    CHECK(found.packets == std::stoul(csv.field(row, csv.column("packets"))));
    CHECK(found.protocols == csv.field(row, csv.column("protocols_by_frame")));
    CHECK(found.tcp_payload_lengths == csv.field(row, csv.column("tcp_payload_lengths")));
    // tshark shows the header with the last fragment, which completes the datagram; here the first one has
    // it.
    const bool reassembled = file == "frag.pcap";
    CHECK(found.udp_lengths == (reassembled ? "1000|" : csv.field(row, csv.column("udp_lengths"))));
  }
}
