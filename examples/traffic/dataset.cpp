#include "traffic/dataset.hpp"

#include <ebb/core/error.hpp>

#include <cstring>
#include <sstream>

#include "traffic/file_seal.hpp"
#include "traffic/hash.hpp"
#include "traffic/json_fields.hpp"
#include "traffic/prepare.hpp"
#include "traffic/result_folder.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

template <class Expected, class Found>
[[noreturn]] void fail(const fs::path& file, std::size_t offset, const std::string& what,
                       const Expected& expected, const Found& found) {
  std::ostringstream message;
  message << file.string() << ": offset " << offset << ": " << what << ": expected " << expected << ", found "
          << found;
  throw ebb::Error("dataset", message.str());
}

template <class Expected, class Found>
void expect_equal(const fs::path& file, std::size_t offset, const std::string& what, const Expected& expected,
                  const Found& found) {
  if (expected != found) fail(file, offset, what, expected, found);
}

std::string printable(const std::array<char, 8>& magic) {
  std::string text(magic.begin(), magic.end());
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '.';
  }
  return "'" + text + "'";
}

// The index or a split: a header and a record for every packet.
template <class Header, class Record>
class RecordFile {
 public:
  RecordFile(const fs::path& path, const nlohmann::ordered_json& about) : path_(path) {
    if (!fs::is_regular_file(path_)) fail(path_, 0, "a file of the data set", "a file", "none");
    const auto& listed = json::member(json::member(about, "files"), path_.filename().string());
    expect_equal(path_, 0, "size in bytes", json::natural_number(listed, "bytes"), fs::file_size(path_));
    content_ = file_content(path_);
    if (content_.size() < sizeof header_) {
      fail(path_, 0, "size in bytes", "at least " + std::to_string(sizeof header_), content_.size());
    }
    std::memcpy(&header_, content_.data(), sizeof header_);
    expect_equal(path_, offsetof(Header, magic), "first bytes", printable(Header{}.magic),
                 printable(header_.magic));
    expect_equal(path_, offsetof(Header, version), "version", dataset_version, header_.version);
  }

  // That it is of the set which the marker `about` describes, and as it was written.
  void require_part_of(const nlohmann::ordered_json& about) const {
    expect_equal(path_, offsetof(Header, data_hash), "hash of the data set",
                 abbreviated(json::text(about, "data_hash")), to_hex(header_.data_hash));
    const auto& listed = json::member(json::member(about, "files"), path_.filename().string());
    const FileSeal found =
        seal_of(std::span(reinterpret_cast<const std::uint8_t*>(content_.data()), content_.size()));
    expect_equal(path_, 0, "checksum", abbreviated(json::text(listed, "checksum")), found.checksum);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] const Header& header() const { return header_; }

  [[nodiscard]] std::vector<Record> records() const {
    const std::size_t bytes = content_.size() - sizeof header_;
    if (bytes % sizeof(Record) != 0 || bytes / sizeof(Record) != header_.packets) {
      fail(path_, sizeof header_, "size of " + std::to_string(header_.packets) + " packets",
           std::to_string(sizeof(Record)) + " bytes each", std::to_string(bytes) + " in all");
    }
    std::vector<Record> records(header_.packets);
    std::memcpy(records.data(), content_.data() + sizeof header_, bytes);
    return records;
  }

 private:
  fs::path path_;
  std::string content_;
  Header header_;
};

}  // namespace

PacketDataset::PacketDataset(const fs::path& folder)
    : PacketDataset(folder, read_marker(folder, ResultKind::data_set)) {}

PacketDataset::PacketDataset(const fs::path& folder, const nlohmann::ordered_json& about)
    : folder_(folder), packets_(folder / "packets.bin", O_RDONLY) {
  try {
    read_about(about);
    read_index(about);
    for (int fold = 0; fold < folds_; ++fold) read_split(about, static_cast<std::uint32_t>(fold));
  } catch (const ebb::Error& error) {
    if (error.id() != "json") throw;
    throw ebb::Error("dataset", (folder / marker(ResultKind::data_set)).string() + ": " + error.facts());
  }
}

void PacketDataset::read_about(const nlohmann::ordered_json& about) {
  json::whole_number(about, "version", dataset_version, dataset_version);
  task_ = json::one_of(about, "task", {Task::application, Task::traffic});
  data_hash_ = json::text(about, "data_hash");
  const auto& options = json::member(about, "options");
  split_ = json::one_of(options, "split", {SplitBy::packet, SplitBy::flow, SplitBy::capture, SplitBy::none});
  folds_ = static_cast<int>(json::whole_number(options, "folds", 1, most_folds));
  mask_ = json::texts(options, "mask");
  drop_ = json::texts(options, "drop");
  for (const auto& entry : json::member(about, "classes")) classes_.push_back(json::text(entry, "name"));
  for (const auto& entry : json::member(about, "captures")) captures_.push_back(json::text(entry, "file"));
}

void PacketDataset::read_index(const nlohmann::ordered_json& about) {
  const RecordFile<IndexHeader, IndexRecord> file(folder_ / "index.bin", about);
  const IndexHeader& header = file.header();
  expect_equal(file.path(), offsetof(IndexHeader, record_size), "bytes per record", sizeof(IndexRecord),
               std::size_t{header.record_size});
  file.require_part_of(about);
  records_ = file.records();
  expect_equal(folder_ / "packets.bin", 0, "size in bytes", header.packet_bytes,
               fs::file_size(folder_ / "packets.bin"));
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const IndexRecord& record = records_[i];
    const std::size_t offset = sizeof header + i * sizeof record;
    if (record.length > packet_vector_length || record.offset > header.packet_bytes ||
        record.length > header.packet_bytes - record.offset) {
      fail(file.path(), offset, "packet " + std::to_string(i), "bytes within packets.bin",
           std::to_string(record.length) + " bytes at " + std::to_string(record.offset));
    }
    if (record.label >= classes_.size() && record.label != no_label) {
      fail(file.path(), offset + offsetof(IndexRecord, label), "label",
           "less than " + std::to_string(classes_.size()), record.label);
    }
    if (record.capture >= captures_.size()) {
      fail(file.path(), offset + offsetof(IndexRecord, capture), "capture",
           "less than " + std::to_string(captures_.size()), record.capture);
    }
  }
}

void PacketDataset::read_split(const nlohmann::ordered_json& about, std::uint32_t fold) {
  const RecordFile<SplitHeader, Part> file(folder_ / split_file_name(static_cast<int>(fold), folds_), about);
  const SplitHeader& header = file.header();
  expect_equal(file.path(), offsetof(SplitHeader, fold), "fold", fold, header.fold);
  expect_equal(file.path(), offsetof(SplitHeader, packets), "packets", records_.size(), header.packets);
  file.require_part_of(about);
  const std::vector<Part>& parts = parts_.emplace_back(file.records());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = static_cast<unsigned>(parts[i]);
    const bool unlabelled = records_[i].label == no_label;
    if (part >= part_count) {
      fail(file.path(), sizeof header + i, "part", "less than " + std::to_string(part_count), part);
    }
    if (unlabelled && parts[i] != Part::left_out) {
      fail(file.path(), sizeof header + i, "part of a packet without label",
           static_cast<unsigned>(Part::left_out), part);
    }
  }
}

std::span<const std::uint8_t> PacketDataset::read(std::size_t i, PacketVector& vector) const {
  const IndexRecord& record = records_[i];
  const std::span<const std::uint8_t> used(vector.data(), record.length);
  const fs::path path = folder_ / "packets.bin";
  read_at(path, packets_, record.offset, vector.data(), record.length);
  if (const std::uint64_t found = hash128(used).low; found != record.checksum) {
    fail(path, record.offset, "checksum of packet " + std::to_string(i), record.checksum, found);
  }
  return used;
}

std::vector<std::uint32_t> PacketDataset::indices(Part part, int fold) const {
  std::vector<std::uint32_t> result;
  const std::vector<Part>& parts = parts_[static_cast<std::size_t>(fold)];
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == part) result.push_back(static_cast<std::uint32_t>(i));
  }
  return result;
}

}  // namespace traffic
