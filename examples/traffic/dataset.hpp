#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "traffic/dataset_format.hpp"
#include "traffic/file.hpp"
#include "traffic/labels.hpp"
#include "traffic/packet_vector.hpp"
#include "traffic/split.hpp"

namespace traffic {

/// A data set that `deep_packet prepare` wrote. Index and splits are read into memory, 41 bytes per packet
/// (twice that while they are opened);
/// packets stay on the disk and are read one by one, by as many threads as like. All that is read is compared
/// with its checksum.
///
///     PacketDataset data("DIR");
///     PacketVector vector;
///     for (std::uint32_t i : data.indices(Part::train)) use(data.read(i, vector), data.record(i).label);
///
/// Throws ebb::Error "folder" and "json" as read_marker does, "file" for vectors that are not there, else
/// "dataset" with file, offset, what was expected and what was found; nothing is
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
  /// Reads the used bytes of a packet's vector, at most 1500, into the start of `vector` and returns them;
  /// what is behind them stays as it was and counts as zeros.
  std::span<const std::uint8_t> read(std::size_t i, PacketVector& vector) const;
  [[nodiscard]] Part part(std::size_t i, int fold = 0) const {
    return parts_[static_cast<std::size_t>(fold)][i];
  }
  /// The packets of a part, ascending.
  [[nodiscard]] std::vector<std::uint32_t> indices(Part part, int fold = 0) const;

 private:
  PacketDataset(const std::filesystem::path& folder, const nlohmann::ordered_json& about);
  void read_about(const nlohmann::ordered_json& about);
  void read_index(const nlohmann::ordered_json& about);
  void read_split(const nlohmann::ordered_json& about, std::uint32_t fold);

  std::filesystem::path folder_;

  Task task_ = Task::traffic;
  SplitBy split_ = SplitBy::flow;
  int folds_ = 1;
  std::vector<std::string> classes_;
  std::vector<std::string> captures_;
  std::string data_hash_;
  std::vector<std::string> mask_;
  std::vector<std::string> drop_;
  FileDescriptor packets_;
  std::vector<IndexRecord> records_;
  std::vector<std::vector<Part>> parts_;  // by fold
};

}  // namespace traffic
