#include "traffic/packet_counts.hpp"

#include <ebb/core/error.hpp>

#include "traffic/text_table.hpp"

namespace traffic {
namespace {

std::string number_of_packets(std::uint64_t number) {
  return with_commas(number) + (number == 1 ? " packet" : " packets");
}

}  // namespace

void PacketCounts::add(const RawPacket& raw, const Packet& packet) {
  ++packets;
  ipv4_tcp += packet.ipv4_tcp;
  ipv4_udp += packet.ipv4_udp;
  dns53 += packet.port53;
  truncated += raw.bytes.size() < raw.length;
  ++by_verdict[static_cast<std::size_t>(packet.verdict)];
  if (packet.verdict == Verdict::unknown_link_type) ++unknown_link_types[packet.link_type];
}

PacketCounts& PacketCounts::operator+=(const PacketCounts& other) {
  packets += other.packets;
  ipv4_tcp += other.ipv4_tcp;
  ipv4_udp += other.ipv4_udp;
  dns53 += other.dns53;
  truncated += other.truncated;
  for (std::size_t i = 0; i < verdict_count; ++i) by_verdict[i] += other.by_verdict[i];
  for (const auto& [type, number] : other.unknown_link_types) unknown_link_types[type] += number;
  return *this;
}

std::uint64_t PacketCounts::skipped() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    if (is_skip(static_cast<Verdict>(i))) sum += by_verdict[i];
  }
  return sum;
}

std::string skip_reasons(const PacketCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (!is_skip(verdict) || counts.of(verdict) == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::string(name(verdict)) + " " + with_commas(counts.of(verdict));
  }
  return text;
}

std::vector<std::string> describe_unknown_link_types(const PacketCounts& counts) {
  std::vector<std::string> lines;
  for (const auto& [type, number] : counts.unknown_link_types) {
    lines.push_back("link type " + std::to_string(type) + " is not known: " + number_of_packets(number) +
                    " skipped");
  }
  return lines;
}

std::string why_nothing_is_read(const PacketCounts& counts) {
  if (counts.packets == 0 || counts.of(Verdict::unknown_link_type) < counts.packets) return "";
  std::string text = "no packet can be read";
  for (const std::string& line : describe_unknown_link_types(counts)) text += "; " + line;
  return text;
}

void require_known_link_type(const std::filesystem::path& capture, const PacketCounts& counts) {
  const std::string reason = why_nothing_is_read(counts);
  if (!reason.empty()) throw ebb::Error("capture", shown_name(capture) + ": " + reason);
}

}  // namespace traffic
