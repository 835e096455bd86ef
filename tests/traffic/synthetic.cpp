#include "traffic/synthetic.hpp"

#include <ebb/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/capture.hpp"
#include "traffic/flow.hpp"
#include "traffic/iscx.hpp"
#include "traffic/packet.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

namespace fs = std::filesystem;

std::uint32_t big16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// The ones' complement sum of 16-bit words: all ones over data that holds its own checksum.
std::uint32_t ones_sum(std::span<const std::uint8_t> bytes, std::uint32_t start = 0) {
  std::uint64_t sum = start;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += static_cast<std::uint64_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint32_t>(sum);
}

bool checksums_hold(std::span<const std::uint8_t> ip) {
  const std::uint32_t pseudo_header =
      ones_sum(ip.subspan(12, 8)) + ip[9] + static_cast<std::uint32_t>(ip.size()) - 20;
  return ones_sum(ip.first(20)) == 0xffff && ones_sum(ip.subspan(20), pseudo_header) == 0xffff;
}

/// One file with the packets of all captures, so that a tool has to start only once.
void join_captures(const fs::path& folder, const fs::path& joined) {
  constexpr std::size_t kFileHeader = 24;
  std::ofstream out(joined, std::ios::binary);
  bool first = true;
  for (const IscxCapture& capture : iscx_captures()) {
    const Bytes bytes = read_file(folder / (capture.name + ".pcap"));
    const std::size_t begin = first ? 0 : kFileHeader;
    REQUIRE(bytes.size() > kFileHeader);
    out.write(reinterpret_cast<const char*>(bytes.data() + begin),
              static_cast<std::streamsize>(bytes.size() - begin));
    first = false;
  }
}

struct Dissection {
  std::size_t packets = 0, malformed = 0, bad_checksums = 0, broken_streams = 0;
  std::set<std::string> protocols;
};

Dissection dissect_with_tshark(const fs::path& capture) {
  // Port 5190 is tshark's own choice for another protocol of the same company.
  std::string command =
      "tshark -n -r '" + capture.string() + "' -d tcp.port==5190,aim -T fields -E separator='|'";
  for (const std::string protocol : {"ip", "tcp", "udp"})
    command += " -o " + protocol + ".check_checksum:TRUE";
  for (const std::string field :
       {"frame.protocols", "_ws.malformed", "ip.checksum.status", "tcp.checksum.status",
        "udp.checksum.status", "tcp.analysis.lost_segment", "tcp.analysis.out_of_order",
        "tcp.analysis.retransmission", "tcp.analysis.ack_lost_segment", "tcp.analysis.window_full"}) {
    command += " -e " + field;
  }
  command += " 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::string output;
  char block[65536];
  for (std::size_t n; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) output.append(block, n);
  REQUIRE(pclose(pipe) == 0);

  Dissection result;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line); ++result.packets) {
    std::vector<std::string> fields(1);
    for (const char c : line) c == '|' ? fields.emplace_back() : fields.back() += c;
    REQUIRE(fields.size() == 10);
    std::istringstream layers(fields[0]);
    for (std::string layer; std::getline(layers, layer, ':');) result.protocols.insert(layer);
    result.malformed += !fields[1].empty();
    for (std::size_t i = 2; i < 5; ++i) result.bad_checksums += fields[i] == "0";
    for (std::size_t i = 5; i < 10; ++i) result.broken_streams += !fields[i].empty();
  }
  return result;
}

}  // namespace

TEST_CASE("synthetic captures have the names, the classes and enough flows for both tasks") {
  const TemporaryFolder folder;
  const auto written = write_synthetic_captures(folder.path());
  CHECK(written.size() == iscx_captures().size());

  std::map<std::string, std::size_t> flows, kept, captures;
  std::size_t packets = 0;
  for (const SyntheticCapture& one : written) {
    const IscxCapture* labels = find_iscx_capture(one.file);
    REQUIRE_MESSAGE(labels, one.file);
    Capture capture(folder.path() / one.file);
    FlowTable table;
    std::size_t number = 0, used = 0;
    for (RawPacket raw; capture.next(raw); ++number) {
      const Packet packet = dissect(raw);
      if (packet.verdict != Verdict::kept) continue;
      ++used;
      table.number(FlowKey(packet));
    }
    CHECK_FALSE(capture.damage());
    CHECK(number == one.packets);
    packets += number;
    for (const std::string& label :
         {"application " + std::string(labels->application), "traffic " + std::string(labels->traffic)}) {
      flows[label] += table.size();
      kept[label] += used;
      ++captures[label];
    }
  }
  CHECK(packets > 20'000);
  CHECK(packets < 40'000);

  std::vector<std::string> classes;
  for (const std::string& name : iscx_applications()) classes.push_back("application " + name);
  for (const std::string& name : iscx_traffic_types()) classes.push_back("traffic " + name);
  CHECK(classes.size() == 17 + 12);
  for (const std::string& label : classes) {
    CAPTURE(label);
    CHECK(flows[label] >= 10);
    CHECK(kept[label] >= 300);
    const bool alone = label.ends_with("Torrent");
    const bool pair = label == "traffic VPN: Email";
    CHECK(captures[label] >= (alone ? 1 : pair ? 2 : 3));
  }
}

TEST_CASE("synthetic packets carry right checksums, and DNS that a filter has to drop") {
  const TemporaryFolder folder;
  std::size_t packets = 0, wrong = 0, dns = 0;
  for (const auto& one : write_synthetic_captures(folder.path(), {.seed = 7, .scale = 0.3})) {
    Capture capture(folder.path() / one.file);
    for (RawPacket raw; capture.next(raw); ++packets) {
      REQUIRE(big16(raw.bytes, 12) == 0x0800);
      const std::span<const std::uint8_t> ip = raw.bytes.subspan(14);
      REQUIRE(big16(ip, 2) <= ip.size());
      wrong += !checksums_hold(ip.first(big16(ip, 2)));
      dns += big16(ip, 20) == 53 || big16(ip, 22) == 53;
    }
  }
  CHECK(packets > 5'000);
  CHECK(wrong == 0);
  CHECK(dns > 200);
}

TEST_CASE("the seed decides every byte of the synthetic captures") {
  const TemporaryFolder first, again, other;
  const auto written = write_synthetic_captures(first.path(), {.seed = 3, .scale = 0.2});
  write_synthetic_captures(again.path(), {.seed = 3, .scale = 0.2});
  write_synthetic_captures(other.path(), {.seed = 4, .scale = 0.2});
  std::size_t equal = 0, equal_to_other = 0;
  for (const SyntheticCapture& one : written) {
    const Bytes bytes = read_file(first.path() / one.file);
    equal += bytes == read_file(again.path() / one.file);
    equal_to_other += bytes == read_file(other.path() / one.file);
  }
  CHECK(equal == written.size());
  CHECK(equal_to_other == 0);
}

TEST_CASE("the scale multiplies the conversations, and a bad one is refused") {
  const TemporaryFolder small, large;
  std::size_t few = 0, many = 0;
  for (const auto& one : write_synthetic_captures(small.path(), {.scale = 1})) few += one.packets;
  for (const auto& one : write_synthetic_captures(large.path(), {.scale = 3})) many += one.packets;
  CHECK(static_cast<double>(many) / static_cast<double>(few) == doctest::Approx(3).epsilon(0.15));
  CHECK_THROWS_AS(write_synthetic_captures(small.path(), {.scale = 0}), ebb::Error);
  CHECK_THROWS_AS(write_synthetic_captures("/dev/null/nowhere"), ebb::Error);
}

TEST_CASE("tshark dissects the synthetic captures without a complaint") {
  if (std::system("tshark --version >/dev/null 2>&1") != 0) {
    MESSAGE("skipped: there is no tshark on the PATH");
    return;
  }
  const TemporaryFolder folder;
  const auto written = write_synthetic_captures(folder.path());
  std::size_t packets = 0;
  for (const SyntheticCapture& one : written) packets += one.packets;
  const fs::path joined = folder.path() / "all.pcap";
  join_captures(folder.path(), joined);

  const Dissection good = dissect_with_tshark(joined);
  CHECK(good.packets == packets);
  CHECK(good.malformed == 0);
  CHECK(good.bad_checksums == 0);
  CHECK(good.broken_streams == 0);
  for (const char* protocol :
       {"dns",        "tls",    "http",    "gquic",   "ssh",  "ftp",   "smtp", "imap",
        "pop",        "xmpp",   "aim",     "sip",     "sdp",  "rtp",   "rtcp", "stun",
        "bittorrent", "bt-dht", "openvpn", "x509sat", "mdns", "llmnr", "nbns", "ssdp"}) {
    CHECK_MESSAGE(good.protocols.contains(protocol), std::string(protocol));
  }

  // The same eyes see damage: the last byte of a capture's first packet, turned over.
  Bytes bytes = read_file(folder.path() / "email1a.pcap");
  const std::size_t first_packet = 24 + 16;
  bytes[first_packet + bytes[first_packet - 8] - 1] ^= 0x55;
  CHECK(dissect_with_tshark(folder.write("damaged.pcap", bytes)).bad_checksums > 0);
}
