#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "traffic/dataset_format.hpp"
#include "traffic/file.hpp"
#include "traffic/flow.hpp"
#include "traffic/packet.hpp"

namespace traffic {

/// Where kept packets go while captures are read: vectors into packets.bin, and on disk beside it what later
/// steps need of each packet. Only flows are held in memory.
class PacketStore {
 public:
  struct Flow {
    std::uint32_t capture = 0;
    std::uint32_t packets = 0;
  };

  explicit PacketStore(const std::filesystem::path& folder);
  /// Removes the temporary files.
  ~PacketStore();
  PacketStore(const PacketStore&) = delete;
  PacketStore& operator=(const PacketStore&) = delete;

  /// Flows of one capture are not those of another.
  void begin_capture(std::uint32_t capture);
  void add(const RawPacket& raw, const Packet& packet, std::span<const std::uint8_t> vector);
  void finish();

  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  [[nodiscard]] std::uint64_t packet_bytes() const { return packet_bytes_; }
  [[nodiscard]] std::vector<Flow>& flows() { return flows_; }
  /// One IndexRecord per packet; labels are not set yet.
  [[nodiscard]] const std::filesystem::path& index_path() const { return index_path_; }
  /// One Hash128 of the vector per packet.
  [[nodiscard]] const std::filesystem::path& hashes_path() const { return hashes_path_; }

 private:
  std::filesystem::path index_path_;
  std::filesystem::path hashes_path_;
  OutputFile bytes_;
  OutputFile index_;
  OutputFile hashes_;
  std::uint64_t packets_ = 0;
  std::uint64_t packet_bytes_ = 0;
  std::uint32_t capture_ = 0;
  std::uint32_t first_flow_ = 0;
  FlowTable flow_table_;
  std::vector<Flow> flows_;
};

}  // namespace traffic
