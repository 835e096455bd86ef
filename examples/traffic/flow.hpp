#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "traffic/packet.hpp"

namespace traffic {

/// A flow's two endpoints and its protocol, the same for both directions.
struct FlowKey {
  std::uint64_t lower = 0;   // address << 16 | port, the smaller one first
  std::uint64_t higher = 0;  // and the protocol above the larger one

  explicit FlowKey(const Packet& packet);
  FlowKey() = default;
  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

/// Numbers the flows of a capture from 0 in the order of their first packets. A flow is a bidirectional
/// 5-tuple without a timeout.
class FlowTable {
 public:
  FlowTable();

  /// The number of the packet's flow; a new one if this is its first packet.
  std::uint32_t number(const FlowKey& key);
  [[nodiscard]] std::uint32_t size() const { return size_; }

 private:
  struct Slot {
    FlowKey key;
    std::uint32_t number = kEmpty;
  };
  static constexpr std::uint32_t kEmpty = 0xffffffff;

  Slot& find(const FlowKey& key);
  void grow();

  std::vector<Slot> slots_;  // open addressing, a power of two
  std::uint32_t size_ = 0;
};

}  // namespace traffic
