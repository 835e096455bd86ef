#include "traffic/packet_store.hpp"

#include <ebb/core/error.hpp>

#include <limits>

#include "traffic/hash.hpp"

namespace traffic {

PacketStore::PacketStore(const std::filesystem::path& folder)
    : index_path_(folder / "index.tmp"),
      hashes_path_(folder / "hashes.tmp"),
      bytes_(folder / "packets.bin"),
      index_(index_path_),
      hashes_(hashes_path_) {}

PacketStore::~PacketStore() {
  std::error_code ignored;
  std::filesystem::remove(index_path_, ignored);
  std::filesystem::remove(hashes_path_, ignored);
}

void PacketStore::begin_capture(std::uint32_t capture) {
  capture_ = capture;
  first_flow_ = static_cast<std::uint32_t>(flows_.size());
  flow_table_ = FlowTable();
}

void PacketStore::add(const RawPacket& raw, const Packet& packet, std::span<const std::uint8_t> vector) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (packets_ == kMost || raw.number > kMost) {
    throw ebb::Error("prepare", "a data set holds at most 2^32 - 1 packets");
  }
  const std::uint32_t flow = first_flow_ + flow_table_.number(FlowKey(packet));
  if (flow == flows_.size()) flows_.push_back({capture_, 0});
  ++flows_[flow].packets;

  const Hash128 hash = hash128(vector);
  index_.write(IndexRecord{.offset = packet_bytes_,
                           .checksum = hash.low,
                           .capture = capture_,
                           .flow = flow,
                           .number = static_cast<std::uint32_t>(raw.number),
                           .length = static_cast<std::uint16_t>(vector.size()),
                           .label = no_label,
                           .source_port = packet.source_port,
                           .destination_port = packet.destination_port,
                           .protocol = static_cast<std::uint8_t>(packet.protocol),
                           .reserved = {}});
  hashes_.write(hash);
  bytes_.write(vector.data(), vector.size());
  packet_bytes_ += vector.size();
  ++packets_;
}

void PacketStore::finish() {
  bytes_.close();
  index_.close();
  hashes_.close();
}

}  // namespace traffic
