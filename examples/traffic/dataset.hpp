#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "traffic/dataset_format.hpp"
#include "traffic/file.hpp"
#include "traffic/labels.hpp"
#include "traffic/split.hpp"

namespace traffic {

/// A data set that `deep_packet prepare` wrote, read-only and mapped into memory: opening it reads no packet.
///
///     PacketDataset data("DIR");
///     for (std::uint32_t i : data.indices(Part::train)) use(data.bytes(i), data.record(i).label);
///
/// Throws ebb::Error "dataset" with file, offset, what was expected and what was found; nothing is
/// half-opened.
class PacketDataset {
 public:
  explicit PacketDataset(const std::filesystem::path& folder);

  [[nodiscard]] Task task() const { return task_; }
  [[nodiscard]] const std::vector<std::string>& classes() const { return classes_; }
  [[nodiscard]] const std::vector<std::string>& captures() const { return captures_; }
  /// How the packets were split, and how often: 1 is a plain split, more are rounds of cross-validation.
  [[nodiscard]] SplitBy split() const { return split_; }
  [[nodiscard]] int folds() const { return static_cast<int>(parts_.size()); }
  /// 32 hexadecimal digits over vectors, labels and parts.
  [[nodiscard]] const std::string& data_hash() const { return data_hash_; }
  /// What is zero in all vectors beside the addresses, and which background protocols were left out, by the
  /// names that Mask and DropList know.
  [[nodiscard]] const std::vector<std::string>& mask() const { return mask_; }
  [[nodiscard]] const std::vector<std::string>& drop() const { return drop_; }

  /// All packets, those that are left out too.
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] const IndexRecord& record(std::size_t i) const { return records_[i]; }
  /// The used bytes of a packet's vector, at most 1500; zeros follow.
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t i) const {
    return packets_.bytes().subspan(records_[i].offset, records_[i].length);
  }
  [[nodiscard]] Part part(std::size_t i, int fold = 0) const {
    return static_cast<Part>(parts_[static_cast<std::size_t>(fold)][i]);
  }
  /// The packets of a part, ascending.
  [[nodiscard]] std::vector<std::uint32_t> indices(Part part, int fold = 0) const;

 private:
  void read_json(const std::filesystem::path& path);
  void open_index(const std::filesystem::path& folder);
  void open_split(const std::filesystem::path& path, std::uint32_t fold);

  Task task_ = Task::traffic;
  SplitBy split_ = SplitBy::flow;
  int folds_ = 1;
  std::vector<std::string> classes_;
  std::vector<std::string> captures_;
  std::string data_hash_;
  std::vector<std::string> mask_;
  std::vector<std::string> drop_;
  MappedFile packets_;
  MappedFile index_;
  std::vector<MappedFile> splits_;
  std::uint64_t set_ = 0;
  std::span<const IndexRecord> records_;
  std::vector<std::span<const std::uint8_t>> parts_;  // by fold
};

}  // namespace traffic
