#include "traffic/dataset.hpp"

#include <ebb/core/error.hpp>

#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "traffic/packet_vector.hpp"
#include "traffic/prepare.hpp"

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

// What both kinds of headers start with.
template <class Header>
Header read_header(const fs::path& path, std::span<const std::uint8_t> bytes,
                   const std::array<char, 8>& magic) {
  if (bytes.size() < sizeof(Header)) {
    fail(path, 0, "size in bytes", "at least " + std::to_string(sizeof(Header)), bytes.size());
  }
  Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  expect_equal(path, offsetof(Header, magic), "first bytes", printable(magic), printable(header.magic));
  expect_equal(path, offsetof(Header, version), "version", dataset_version, header.version);
  return header;
}

MappedFile open(const fs::path& path) {
  if (!fs::is_regular_file(path)) fail(path, 0, "a file of the data set", "a file", "none");
  return MappedFile(path);
}

}  // namespace

PacketDataset::PacketDataset(const fs::path& folder)
    : packets_(open(folder / "packets.bin")), index_(open(folder / "index.bin")) {
  read_json(folder / "prepare.json");
  open_index(folder);
  for (int fold = 0; fold < folds_; ++fold) {
    open_split(folder / split_file_name(fold, folds_), static_cast<std::uint32_t>(fold));
  }
}

void PacketDataset::read_json(const fs::path& path) {
  std::ifstream in(path);
  if (!in) fail(path, 0, "the file that marks a finished data set", "a file", "none");
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    expect_equal(path, 0, "version", dataset_version, json.at("version").get<std::uint32_t>());
    task_ = json.at("task") == name(Task::application) ? Task::application : Task::traffic;
    const std::string by = json.at("options").at("split");
    for (const SplitBy candidate : {SplitBy::packet, SplitBy::flow, SplitBy::capture}) {
      if (by == name(candidate)) split_ = candidate;
    }
    folds_ = json.at("options").at("folds");
    mask_ = json.at("options").at("mask").get<std::vector<std::string>>();
    drop_ = json.at("options").at("drop").get<std::vector<std::string>>();
    data_hash_ = json.at("data_hash");
    for (const auto& entry : json.at("classes")) classes_.push_back(entry.at("name"));
    for (const auto& entry : json.at("captures")) captures_.push_back(entry.at("file"));
  } catch (const nlohmann::json::parse_error& error) {
    fail(path, error.byte, "syntax", "JSON", error.what());
  } catch (const nlohmann::json::exception& error) {
    fail(path, 0, "content", "what `prepare` writes", error.what());
  }
}

void PacketDataset::open_index(const fs::path& folder) {
  const fs::path path = folder / "index.bin";
  const auto header = read_header<IndexHeader>(path, index_.bytes(), index_magic);
  expect_equal(path, offsetof(IndexHeader, record_size), "bytes per record", sizeof(IndexRecord),
               std::size_t{header.record_size});
  expect_equal(path, sizeof header, "size in bytes", sizeof header + header.packets * sizeof(IndexRecord),
               index_.bytes().size());
  expect_equal(folder / "packets.bin", 0, "size in bytes", header.packet_bytes, packets_.bytes().size());
  set_ = header.data_hash;
  records_ = {reinterpret_cast<const IndexRecord*>(index_.bytes().data() + sizeof header), header.packets};
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const IndexRecord& record = records_[i];
    const std::size_t offset = sizeof header + i * sizeof record;
    if (record.length > packet_vector_length || record.offset > header.packet_bytes ||
        record.length > header.packet_bytes - record.offset) {
      fail(path, offset, "packet " + std::to_string(i), "bytes within packets.bin",
           std::to_string(record.length) + " bytes at " + std::to_string(record.offset));
    }
    if (record.label >= classes_.size() && record.label != no_label) {
      fail(path, offset + offsetof(IndexRecord, label), "label",
           "less than " + std::to_string(classes_.size()), record.label);
    }
    if (record.capture >= captures_.size()) {
      fail(path, offset + offsetof(IndexRecord, capture), "capture",
           "less than " + std::to_string(captures_.size()), record.capture);
    }
  }
}

void PacketDataset::open_split(const fs::path& path, std::uint32_t fold) {
  const MappedFile& file = splits_.emplace_back(open(path));
  const auto header = read_header<SplitHeader>(path, file.bytes(), split_magic);
  expect_equal(path, offsetof(SplitHeader, fold), "fold", fold, header.fold);
  expect_equal(path, offsetof(SplitHeader, packets), "packets", records_.size(), header.packets);
  expect_equal(path, offsetof(SplitHeader, data_hash), "hash of the data set", set_, header.data_hash);
  expect_equal(path, sizeof header, "size in bytes", sizeof header + records_.size(), file.bytes().size());
  parts_.push_back(file.bytes().subspan(sizeof header));
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const unsigned part = parts_.back()[i];
    const bool unlabelled = records_[i].label == no_label;
    if (part >= part_count)
      fail(path, sizeof header + i, "part", "less than " + std::to_string(part_count), part);
    if (unlabelled && part != static_cast<unsigned>(Part::left_out)) {
      fail(path, sizeof header + i, "part of a packet without label", static_cast<unsigned>(Part::left_out),
           part);
    }
  }
}

std::vector<std::uint32_t> PacketDataset::indices(Part part, int fold) const {
  std::vector<std::uint32_t> result;
  const std::span<const std::uint8_t> parts = parts_[static_cast<std::size_t>(fold)];
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == static_cast<std::uint8_t>(part)) result.push_back(static_cast<std::uint32_t>(i));
  }
  return result;
}

}  // namespace traffic
