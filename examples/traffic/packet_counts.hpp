#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "traffic/packet.hpp"

namespace traffic {

/// The counts of a capture.
struct PacketCounts {
  std::uint64_t packets = 0;
  std::uint64_t ipv4_tcp = 0;
  std::uint64_t ipv4_udp = 0;
  std::uint64_t dns53 = 0;      ///< all packets with 53 as either port, whatever became of them
  std::uint64_t truncated = 0;  ///< captured shorter than they were
  std::array<std::uint64_t, verdict_count> by_verdict{};
  std::map<int, std::uint64_t> unknown_link_types;  ///< packets by number of the link type

  void add(const RawPacket& raw, const Packet& packet);
  PacketCounts& operator+=(const PacketCounts& other);
  [[nodiscard]] std::uint64_t of(Verdict verdict) const {
    return by_verdict[static_cast<std::size_t>(verdict)];
  }
  [[nodiscard]] std::uint64_t skipped() const;
};

/// "fragment 12, ipv6 3,456": why packets were skipped; empty where none was.
std::string skip_reasons(const PacketCounts& counts);

/// For each unknown link type "link type 147 is not known: 12 packets skipped".
std::vector<std::string> describe_unknown_link_types(const PacketCounts& counts);

/// "no packet can be read; link type 147 is not known: 12 packets skipped" where a capture has packets, but
/// of unknown link types only; else empty.
std::string why_nothing_is_read(const PacketCounts& counts);

/// Throws ebb::Error "capture" in that case, which is no success.
void require_known_link_type(const std::filesystem::path& capture, const PacketCounts& counts);

}  // namespace traffic
