#include "traffic/dataset.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/port_baseline.hpp"
#include "traffic/prepare.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

struct Sample {
  std::uint16_t label;
  Part part;
  std::uint16_t source_port;
  std::uint16_t destination_port;
  std::uint8_t protocol = 6;
};

template <class T>
Bytes bytes_of(const T& value) {
  const auto* start = reinterpret_cast<const std::uint8_t*>(&value);
  return {start, start + sizeof value};
}

// A data set of two classes, written by hand: packet i has i + 1 bytes of the value i.
void write_dataset(const TemporaryFolder& folder, const std::vector<Sample>& samples) {
  Bytes packets;
  Bytes index;
  Bytes split;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Sample& sample = samples[i];
    IndexRecord record{.offset = packets.size()};
    record.length = static_cast<std::uint16_t>(i + 1);
    record.label = sample.label;
    record.source_port = sample.source_port;
    record.destination_port = sample.destination_port;
    record.protocol = sample.protocol;
    packets = packets + Bytes(i + 1, static_cast<std::uint8_t>(i));
    index = index + bytes_of(record);
    split.push_back(static_cast<std::uint8_t>(sample.part));
  }
  const IndexHeader index_header{.record_size = sizeof(IndexRecord),
                                 .packets = samples.size(),
                                 .packet_bytes = packets.size(),
                                 .data_hash = 5};
  const SplitHeader split_header{.packets = samples.size(), .data_hash = 5};
  folder.write("packets.bin", packets);
  folder.write("index.bin", bytes_of(index_header) + index);
  folder.write("split.bin", bytes_of(split_header) + split);
  folder.write("prepare.json", std::string(R"({"version": 1, "task": "app", "options":
      {"split": "packet", "folds": 1, "mask": ["ports"], "drop": ["mdns"]},
      "data_hash": "0", "classes": [{"name": "A"}, {"name": "B"}], "captures": [{"file": "a.pcap"}]})"));
}

const std::vector<Sample> kSamples{{0, Part::train, 1, 2},
                                   {1, Part::test, 3, 4},
                                   {no_label, Part::left_out, 5, 6},
                                   {1, Part::train, 7, 8, 17}};

void expect_error(const TemporaryFolder& folder, const std::string& file, const std::string& message) {
  const std::string expected = "[dataset] " + (folder.path() / file).string() + ": " + message;
  CHECK_THROWS_WITH_AS(PacketDataset{folder.path()}, expected.c_str(), ebb::Error);
}

void overwrite(const TemporaryFolder& folder, const std::string& file, std::size_t offset,
               const Bytes& bytes) {
  Bytes content = read_file(folder.path() / file);
  std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
  folder.write(file, content);
}

}  // namespace

TEST_CASE("a data set gives what its files hold") {
  const TemporaryFolder folder;
  write_dataset(folder, kSamples);
  const PacketDataset data(folder.path());
  CHECK(data.task() == Task::application);
  CHECK(data.split() == SplitBy::packet);
  CHECK(data.classes() == std::vector<std::string>{"A", "B"});
  CHECK(data.captures() == std::vector<std::string>{"a.pcap"});
  CHECK(data.mask() == std::vector<std::string>{"ports"});
  CHECK(data.drop() == std::vector<std::string>{"mdns"});
  REQUIRE(data.size() == 4);
  CHECK(Bytes(data.bytes(3).begin(), data.bytes(3).end()) == Bytes(4, 3));
  CHECK(data.record(3).protocol == 17);
  CHECK(data.part(1) == Part::test);
  CHECK(data.indices(Part::train) == std::vector<std::uint32_t>{0, 3});
  CHECK(data.indices(Part::validation).empty());
  CHECK(data.indices(Part::left_out) == std::vector<std::uint32_t>{2});
}

TEST_CASE("every fault of a data set is named with file, offset, expected and found") {
  const TemporaryFolder folder;
  write_dataset(folder, kSamples);
  SUBCASE("unfinished") {
    std::filesystem::remove(folder.path() / "prepare.json");
    expect_error(folder, "prepare.json",
                 "offset 0: the file that marks a finished data set: expected a file, found none");
  }
  SUBCASE("a missing file") {
    std::filesystem::remove(folder.path() / "split.bin");
    expect_error(folder, "split.bin", "offset 0: a file of the data set: expected a file, found none");
  }
  SUBCASE("something else") {
    overwrite(folder, "index.bin", 0, Bytes{'P', 'K', 3, 4});
    expect_error(folder, "index.bin", "offset 0: first bytes: expected 'EBBINDEX', found 'PK..NDEX'");
  }
  SUBCASE("a later version") {
    overwrite(folder, "split.bin", offsetof(SplitHeader, version), {2, 0, 0, 0});
    expect_error(folder, "split.bin", "offset 8: version: expected 1, found 2");
  }
  SUBCASE("a cut index") {
    Bytes index = read_file(folder.path() / "index.bin");
    index.pop_back();
    folder.write("index.bin", index);
    expect_error(folder, "index.bin", "offset 40: size in bytes: expected 168, found 167");
  }
  SUBCASE("a cut header") {
    folder.write("index.bin", Bytes(39, 0));
    expect_error(folder, "index.bin", "offset 0: size in bytes: expected at least 40, found 39");
  }
  SUBCASE("cut vectors") {
    folder.write("packets.bin", Bytes(9, 0));
    expect_error(folder, "packets.bin", "offset 0: size in bytes: expected 10, found 9");
  }
  SUBCASE("a packet outside of the vectors") {
    overwrite(folder, "index.bin", sizeof(IndexHeader) + 3 * sizeof(IndexRecord), {7});
    expect_error(folder, "index.bin",
                 "offset 136: packet 3: expected bytes within packets.bin, found 4 bytes at 7");
  }
  SUBCASE("a label without class") {
    overwrite(folder, "index.bin", sizeof(IndexHeader) + offsetof(IndexRecord, label), {2, 0});
    expect_error(folder, "index.bin", "offset 62: label: expected less than 2, found 2");
  }
  SUBCASE("the split of another set") {
    overwrite(folder, "split.bin", offsetof(SplitHeader, data_hash), {6});
    expect_error(folder, "split.bin", "offset 24: hash of the data set: expected 5, found 6");
  }
  SUBCASE("an impossible part") {
    overwrite(folder, "split.bin", sizeof(SplitHeader) + 1, {9});
    expect_error(folder, "split.bin", "offset 33: part: expected less than 5, found 9");
  }
  SUBCASE("a packet without label in a part") {
    overwrite(folder, "split.bin", sizeof(SplitHeader) + 2, {0});
    expect_error(folder, "split.bin", "offset 34: part of a packet without label: expected 4, found 0");
  }
  SUBCASE("broken JSON") {
    folder.write("prepare.json", std::string("{\"version\": 1,"));
    CHECK_THROWS_AS(PacketDataset{folder.path()}, ebb::Error);
  }
}

TEST_CASE("the port baseline, computed by hand") {
  const TemporaryFolder folder;
  write_dataset(folder, {{0, Part::train, 10, 443},
                         {0, Part::train, 10, 443},
                         {1, Part::train, 10, 443},  // 10 > 443: A, two to one
                         {1, Part::train, 443, 10},  // the way back is a key of its own: B
                         {0, Part::train, 20, 80},
                         {1, Part::train, 20, 80},         // 20 > 80: tied
                         {0, Part::train, 10, 443, 17},    // UDP is another key: A
                         {1, Part::train_unused, 30, 80},  // not counted, but it makes B the largest class
                         {1, Part::train_unused, 10, 443},
                         {1, Part::train_unused, 10, 443},
                         {0, Part::validation, 30, 80},  // not counted either
                         {0, Part::test, 10, 443},
                         {1, Part::test, 443, 10},
                         {0, Part::test, 20, 80},
                         {0, Part::test, 10, 443, 17},
                         {0, Part::test, 30, 80},
                         {0, Part::test, 443, 10, 17}});
  const PacketDataset data(folder.path());
  const PortBaseline baseline(data);
  CHECK(baseline.largest_class() == 1);
  CHECK(baseline.keys() == 4);
  const PortBaseline::Prediction prediction = baseline.predict(data, data.indices(Part::test));
  CHECK(prediction.labels == std::vector<std::uint16_t>{0, 1, 1, 0, 1, 1});
  CHECK(prediction.unseen_share == doctest::Approx(2.0 / 6));
  CHECK(baseline.predict(data, {}).labels.empty());
}
