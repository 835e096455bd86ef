#include "traffic/port_baseline.hpp"

#include <algorithm>

namespace traffic {
namespace {

std::uint64_t key_of(const IndexRecord& record) {
  return std::uint64_t{record.protocol} << 32 | std::uint64_t{record.source_port} << 16 |
         record.destination_port;
}

// The position of the largest number, or -1 where two share the first place.
std::ptrdiff_t sole_largest(const std::vector<std::uint32_t>& counts) {
  const auto largest = std::max_element(counts.begin(), counts.end());
  return std::count(counts.begin(), counts.end(), *largest) == 1 ? largest - counts.begin() : -1;
}

}  // namespace

PortBaseline::PortBaseline(const PacketDataset& data, int fold) {
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> seen;
  std::vector<std::uint64_t> natural(data.classes().size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    const Part part = data.part(i, fold);
    if (part != Part::train && part != Part::train_unused) continue;
    const IndexRecord& record = data.record(i);
    ++natural[record.label];
    if (part != Part::train) continue;
    std::vector<std::uint32_t>& counts = seen[key_of(record)];
    counts.resize(data.classes().size());
    ++counts[record.label];
  }
  largest_ = static_cast<std::uint16_t>(std::max_element(natural.begin(), natural.end()) - natural.begin());
  for (const auto& [key, counts] : seen) {
    const std::ptrdiff_t sole = sole_largest(counts);
    label_of_key_[key] = sole < 0 ? largest_ : static_cast<std::uint16_t>(sole);
  }
}

PortBaseline::Prediction PortBaseline::predict(const PacketDataset& data,
                                               std::span<const std::uint32_t> packets) const {
  Prediction prediction;
  std::size_t unseen = 0;
  for (const std::uint32_t i : packets) {
    const auto found = label_of_key_.find(key_of(data.record(i)));
    unseen += found == label_of_key_.end();
    prediction.labels.push_back(found == label_of_key_.end() ? largest_ : found->second);
  }
  if (!packets.empty())
    prediction.unseen_share = static_cast<double>(unseen) / static_cast<double>(packets.size());
  return prediction;
}

}  // namespace traffic
