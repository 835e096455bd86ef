#include <ebb/core/error.hpp>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/options.hpp"
#include "traffic/capture.hpp"
#include "traffic/output.hpp"
#include "traffic/packet_counts.hpp"
#include "traffic/packet_vector.hpp"

namespace {

using traffic::Packet;
using traffic::PacketCounts;
using traffic::PacketVector;
using traffic::RawPacket;
using traffic::Verdict;

struct VectorsArguments {
  std::string file;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  bool hex = false;
  bool quiet = false;
  std::vector<std::string> drop;
};

void append_hex(std::string& text, const std::uint8_t* bytes, std::size_t count) {
  constexpr const char* kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < count; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
}

void require_written() {
  if (!std::cout) throw ebb::Error("vectors", traffic::why_output_fails(std::cout, "standard output"));
}

void print(const std::string& line) {
  std::cout << line << '\n';
  require_written();
}

void print_line(const RawPacket& raw, const Packet& packet, const PacketVector& vector, std::size_t used,
                bool hex) {
  constexpr std::size_t kShownPayload = 16;
  char start[96];
  std::string line;
  if (hex) {
    std::snprintf(start, sizeof start, "%" PRIu64 " %zu ", raw.number, used);
    line = start;
    append_hex(line, vector.data(), vector.size());
  } else {
    std::snprintf(start, sizeof start, "%7" PRIu64 "  %s  %5u > %-5u  IP length %5u  used %4zu  ", raw.number,
                  packet.protocol == traffic::Protocol::tcp ? "TCP" : "UDP", packet.source_port,
                  packet.destination_port, packet.total_length, used);
    line = start;
    const std::size_t payload = std::min(traffic::vector_layout(packet).payload, used);
    append_hex(line, vector.data() + payload, std::min(used - payload, kShownPayload));
  }
  print(line);
}

void print_closing_line(const PacketCounts& counts, std::uint64_t bytes, double seconds) {
  std::string skipped = traffic::skip_reasons(counts);
  if (!skipped.empty()) skipped = " (" + skipped + ")";
  char line[1024];
  std::snprintf(line, sizeof line,
                "# %" PRIu64 " packets: %" PRIu64 " IPv4 TCP, %" PRIu64 " IPv4 UDP, %" PRIu64
                " on port 53; dropped: %" PRIu64 " TCP without payload, %" PRIu64 " DNS, %" PRIu64
                " background; skipped: %" PRIu64 "%s; kept: %" PRIu64 "; %.3f s, %.2f M packets/s, %.0f MB/s",
                counts.packets, counts.ipv4_tcp, counts.ipv4_udp, counts.dns53,
                counts.of(Verdict::dropped_tcp_no_payload), counts.of(Verdict::dropped_dns),
                counts.of(Verdict::dropped_background), counts.skipped(), skipped.c_str(),
                counts.of(Verdict::kept), seconds, static_cast<double>(counts.packets) / seconds / 1e6,
                static_cast<double>(bytes) / seconds / 1e6);
  print(line);
  for (const std::string& text : traffic::describe_unknown_link_types(counts)) print("# " + text);
  std::cout.flush();
  require_written();
}

void run(const VectorsArguments& arguments) {
  const traffic::DropList drop(arguments.drop);
  traffic::Capture capture(arguments.file);
  const auto start = std::chrono::steady_clock::now();
  PacketCounts counts;
  PacketVector vector{};
  std::size_t last_used = 0;
  while (counts.of(Verdict::kept) < arguments.limit) {
    RawPacket raw;
    if (!capture.next(raw)) break;
    const Packet packet = traffic::dissect(raw, drop);
    counts.add(raw, packet);
    if (packet.verdict != Verdict::kept) continue;
    const std::size_t used = traffic::write_packet_vector(packet, vector);
    if (used < last_used) std::fill(vector.data() + used, vector.data() + last_used, std::uint8_t{0});
    last_used = used;
    if (!arguments.quiet) print_line(raw, packet, vector, used, arguments.hex);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  print_closing_line(counts, capture.file_position(), seconds);
  if (capture.damage()) warn(capture.warning());
  traffic::require_known_link_type(arguments.file, counts);
}

}  // namespace

void add_vectors(CLI::App& app) {
  auto arguments = std::make_shared<VectorsArguments>();
  CLI::App* command = app.add_subcommand("vectors",
                                         "Print the input vectors of a capture, one line per kept packet\n\n"
                                         "Shows what the networks see: the IP packet with its addresses "
                                         "zero, a UDP header made as long as TCP's, 1500 "
                                         "bytes in all. Packets without payload, DNS and what is not IPv4 "
                                         "with TCP or UDP are left out and counted.");
  add_capture(*command, arguments->file);
  add_number(*command, "--limit", arguments->limit, WholeRange{}, "Stop after so many kept packets")
      ->default_str("all");
  add_switch(*command, "--hex", arguments->hex,
             "Print packet number, used length and all 1500 bytes instead of a readable summary");
  add_switch(*command, "--quiet", arguments->quiet, "Print the closing line only");
  add_drop(*command, arguments->drop);
  add_notes(
      *command,
      "A line per kept packet: its number in the capture, protocol, ports, lengths and the first bytes of "
      "its "
      "payload. Then a line, behind #, of counts and rates.",
      {"deep_packet vectors capture.pcap --limit 10", "zcat capture.pcap.gz | deep_packet vectors - --hex"});
  command->callback([arguments] { run(*arguments); });
}
