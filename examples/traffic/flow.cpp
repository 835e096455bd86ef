#include "traffic/flow.hpp"

#include <algorithm>
#include <utility>

#include "traffic/hash.hpp"

namespace traffic {

FlowKey::FlowKey(const Packet& packet) {
  const std::uint64_t from = std::uint64_t{packet.source} << 16 | packet.source_port;
  const std::uint64_t to = std::uint64_t{packet.destination} << 16 | packet.destination_port;
  lower = std::min(from, to);
  higher = std::max(from, to) | static_cast<std::uint64_t>(packet.protocol) << 48;
}

FlowTable::FlowTable() : slots_(64) {}

std::uint32_t FlowTable::number(const FlowKey& key) {
  Slot* slot = &find(key);
  if (slot->number != kEmpty) return slot->number;
  if (4 * (std::size_t{size_} + 1) > 3 * slots_.size()) {
    grow();
    slot = &find(key);
  }
  *slot = {key, size_};
  return size_++;
}

FlowTable::Slot& FlowTable::find(const FlowKey& key) {
  const std::size_t last = slots_.size() - 1;
  std::size_t at = mix64(key.lower, key.higher) & last;
  while (slots_[at].number != kEmpty && !(slots_[at].key == key)) at = (at + 1) & last;
  return slots_[at];
}

void FlowTable::grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.number != kEmpty) find(slot.key) = slot;
  }
}

}  // namespace traffic
