#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "builders.hpp"
#include "traffic/hash.hpp"
#include "traffic/prepare.hpp"

namespace traffic::test {

inline constexpr std::uint16_t kFirstClient = 10000;

// A capture of flows with different ports and of different lengths; every packet differs from every other one
// unless `salt` does not.
inline Bytes capture_of(std::size_t flows, std::size_t packets_per_flow, std::uint64_t salt) {
  std::vector<Bytes> packets;
  for (std::size_t packet = 0; packet < packets_per_flow; ++packet) {
    for (std::size_t flow = 0; flow < flows; ++flow) {
      if (packet > flow % 7 * packets_per_flow / 6) continue;
      const auto client = static_cast<std::uint16_t>(kFirstClient + flow);
      const bool back = packet % 2 == 1;
      const Bytes payload = integer(mix64(salt, flow, packet), 8) + counting(packet);
      packets.push_back(
          ethernet(ipv4({.source = back ? 2u : 1u, .destination = back ? 1u : 2u},
                        tcp(back ? Ports{443, client} : Ports{client, 443}, psh | ack, payload))));
    }
  }
  packets.push_back(ethernet(ipv4({}, tcp({}, syn, {}))));
  packets.push_back(ethernet(udp_packet({9000, 53})));
  return pcap(packets);
}

inline void write_captures(const TemporaryFolder& folder) {
  for (int i = 0; i < 4; ++i) {
    const std::string name = "/" + std::to_string(i) + ".pcap";
    const auto salt = static_cast<std::uint64_t>(10 * i);
    folder.write("in/Chat" + name, capture_of(12, 12, 1 + salt));
    folder.write("in/Email" + name, capture_of(4, 6, 2 + salt));
    folder.write("in/VoIP" + name, capture_of(40, 18, 3 + salt));
  }
}

inline PrepareOptions options_for(const TemporaryFolder& folder, SplitBy by = SplitBy::flow, int folds = 1) {
  PrepareOptions options;
  options.captures = {folder.path() / "in"};
  options.out = folder.path() / "out";
  options.replace = true;
  options.split.by = by;
  options.split.folds = folds;
  return options;
}

inline std::map<std::string, Bytes> files_in(const std::filesystem::path& folder) {
  std::map<std::string, Bytes> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files[entry.path().filename().string()] = read_file(entry.path());
  }
  return files;
}

}  // namespace traffic::test
