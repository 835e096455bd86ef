#include "traffic/port_baseline.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <unordered_map>

#include "traffic/file_seal.hpp"
#include "traffic/json_fields.hpp"
#include "traffic/text.hpp"

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

// A list [protocol, source port, destination port, label] for every key.
void PortBaseline::write(const std::filesystem::path& file) const {
  json::Object keys = json::Object::array();
  for (const auto& [key, label] : label_of_key_) {
    keys.push_back({key >> 32, key >> 16 & 0xffff, key & 0xffff, label});
  }
  write_sealed(file, {{"other", largest_}, {"keys", std::move(keys)}});
}

PortBaseline::PortBaseline(const std::filesystem::path& file, std::size_t classes) {
  const json::Object table = read_sealed(file);
  const auto most = static_cast<std::int64_t>(classes) - 1;
  try {
    largest_ = static_cast<std::uint16_t>(json::whole_number(table, "other", 0, most));
    for (const json::Object& key : json::member(table, "keys")) {
      const std::vector<std::int64_t> numbers = json::whole_numbers(key, "a key with its label", 0, 0xffff);
      if (numbers.size() != 4 || numbers[3] > most) {
        throw ebb::Error("json", "keys: expected protocol, two ports and a label from 0 to " +
                                     std::to_string(most) + ", found " + abbreviated(key.dump()));
      }
      const IndexRecord packet{.source_port = static_cast<std::uint16_t>(numbers[1]),
                               .destination_port = static_cast<std::uint16_t>(numbers[2]),
                               .protocol = static_cast<std::uint8_t>(numbers[0])};
      label_of_key_[key_of(packet)] = static_cast<std::uint16_t>(numbers[3]);
    }
  } catch (const ebb::Error& error) {
    throw ebb::Error("json", file.string() + ": " + error.facts());
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
