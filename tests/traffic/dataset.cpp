#include "traffic/dataset.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "builders.hpp"
#include "traffic/hash.hpp"
#include "traffic/port_baseline.hpp"
#include "traffic/prepare.hpp"
#include "traffic/result_folder.hpp"

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

nlohmann::ordered_json about_it() {
  return nlohmann::ordered_json::parse(R"({"version": 2, "task": "app", "options":
      {"split": "packet", "folds": 1, "mask": ["ports"], "drop": ["mdns"]},
      "data_hash": "00000000000000040000000000000005", "classes": [{"name": "A"}, {"name": "B"}],
      "captures": [{"file": "a.pcap"}]})");
}

// As if the files had been written so.
void seal(const TemporaryFolder& folder, const nlohmann::ordered_json& about) {
  write_marker(folder.path(), ResultKind::data_set, about, {.own_checks = {"packets.bin"}});
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
    const Bytes vector(i + 1, static_cast<std::uint8_t>(i));
    record.checksum = hash128(vector).low;
    packets = packets + vector;
    index = index + bytes_of(record);
    split.push_back(static_cast<std::uint8_t>(sample.part));
  }
  const IndexHeader index_header{.record_size = sizeof(IndexRecord),
                                 .packets = samples.size(),
                                 .packet_bytes = packets.size(),
                                 .data_hash = {4, 5}};
  const SplitHeader split_header{.packets = samples.size(), .data_hash = {4, 5}};
  folder.write("packets.bin", packets);
  folder.write("index.bin", bytes_of(index_header) + index);
  folder.write("split.bin", bytes_of(split_header) + split);
  seal(folder, about_it());
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
  PacketVector vector;
  const auto used = data.read(3, vector);
  CHECK(Bytes(used.begin(), used.end()) == Bytes(4, 3));
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
    CHECK_THROWS_WITH_AS(
        PacketDataset{folder.path()},
        ("[folder] " + folder.path().string() + ": holds no finished data set (prepare.json)").c_str(),
        ebb::Error);
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
    overwrite(folder, "split.bin", offsetof(SplitHeader, version), {3, 0, 0, 0});
    expect_error(folder, "split.bin", "offset 8: version: expected 2, found 3");
  }
  SUBCASE("a cut index") {
    Bytes index = read_file(folder.path() / "index.bin");
    index.pop_back();
    folder.write("index.bin", index);
    expect_error(folder, "index.bin", "offset 0: size in bytes: expected 208, found 207");
    seal(folder, about_it());
    expect_error(folder, "index.bin",
                 "offset 48: size of 4 packets: expected 40 bytes each, found 159 in all");
  }
  SUBCASE("a cut header") {
    folder.write("index.bin", Bytes(47, 0));
    seal(folder, about_it());
    expect_error(folder, "index.bin", "offset 0: size in bytes: expected at least 48, found 47");
  }
  SUBCASE("cut vectors") {
    folder.write("packets.bin", Bytes(9, 0));
    expect_error(folder, "packets.bin", "offset 0: size in bytes: expected 10, found 9");
  }
  SUBCASE("a packet outside of the vectors") {
    overwrite(folder, "index.bin", sizeof(IndexHeader) + 3 * sizeof(IndexRecord), {7});
    seal(folder, about_it());
    expect_error(folder, "index.bin",
                 "offset 168: packet 3: expected bytes within packets.bin, found 4 bytes at 7");
  }
  SUBCASE("a label without class") {
    overwrite(folder, "index.bin", sizeof(IndexHeader) + offsetof(IndexRecord, label), {2, 0});
    seal(folder, about_it());
    expect_error(folder, "index.bin", "offset 78: label: expected less than 2, found 2");
  }
  SUBCASE("the split of another set") {
    overwrite(folder, "split.bin", offsetof(SplitHeader, data_hash) + sizeof(std::uint64_t), {6});
    expect_error(folder, "split.bin",
                 "offset 24: hash of the data set: expected 00000000000000040000000000000005, found "
                 "00000000000000040000000000000006");
  }
  SUBCASE("an impossible part") {
    overwrite(folder, "split.bin", sizeof(SplitHeader) + 1, {9});
    seal(folder, about_it());
    expect_error(folder, "split.bin", "offset 41: part: expected less than 5, found 9");
  }
  SUBCASE("a packet without label in a part") {
    overwrite(folder, "split.bin", sizeof(SplitHeader) + 2, {0});
    seal(folder, about_it());
    expect_error(folder, "split.bin", "offset 42: part of a packet without label: expected 4, found 0");
  }
  SUBCASE("numbers that make no sense") {
    nlohmann::ordered_json about = about_it();
    for (const char* const folds : {"0", "-1", "101", "1e3", "\"2\"", "null", "99999999999999999999"}) {
      about["options"]["folds"] = nlohmann::ordered_json::parse(folds);
      seal(folder, about);
      CHECK_THROWS_WITH_AS(PacketDataset{folder.path()},
                           ("[dataset] " + (folder.path() / "prepare.json").string() +
                            ": folds: expected a whole number from 1 to "
                            "100, found " +
                            about["options"]["folds"].dump())
                               .c_str(),
                           ebb::Error);
    }
  }
  SUBCASE("broken JSON") {
    folder.write("prepare.json", std::string("{\"version\": 2,"));
    CHECK_THROWS_AS(PacketDataset{folder.path()}, ebb::Error);
  }
}

TEST_CASE("a flipped bit in any file of a data set is noticed") {
  const TemporaryFolder folder;
  write_dataset(folder, kSamples);
  for (const char* const name : {"prepare.json", "index.bin", "split.bin", "packets.bin"}) {
    const Bytes whole = read_file(folder.path() / name);
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      Bytes flipped = whole;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << bit % 8));
      folder.write(name, flipped);
      const auto use = [&folder] {
        const PacketDataset data(folder.path());
        PacketVector vector;
        for (std::size_t i = 0; i < data.size(); ++i) (void)data.read(i, vector);
      };
      CAPTURE(bit);
      CAPTURE(name);
      // White space counts for nothing: a blank may have become another one.
      const bool blank = std::string(name) == "prepare.json" && std::isspace(whole[bit / 8]) &&
                         std::isspace(flipped[bit / 8]);
      if (!blank) CHECK_THROWS_AS(use(), ebb::Error);
    }
    folder.write(name, whole);
  }
  CHECK(PacketDataset(folder.path()).size() == kSamples.size());
}

TEST_CASE("the parts of two data sets do not go together, even where they look the same") {
  const TemporaryFolder one, other;
  write_dataset(one, kSamples);
  std::vector<Sample> samples = kSamples;
  samples[0].source_port = 99;
  write_dataset(other, samples);
  for (const char* const name : {"prepare.json", "index.bin"}) {
    const Bytes own = read_file(one.path() / name);
    one.write(name, read_file(other.path() / name));
    CHECK_THROWS_AS(PacketDataset{one.path()}, ebb::Error);
    one.write(name, own);
  }
  CHECK(PacketDataset(one.path()).size() == kSamples.size());
}

TEST_CASE("vectors that shrink while they are in use are an error") {
  const TemporaryFolder folder;
  write_dataset(folder, kSamples);
  const PacketDataset data(folder.path());
  std::filesystem::resize_file(folder.path() / "packets.bin", 7);
  PacketVector vector;
  CHECK(data.read(0, vector).size() == 1);
  CHECK_THROWS_WITH_AS(
      (void)data.read(3, vector),
      ("[file] " + (folder.path() / "packets.bin").string() + ": offset 6: expected 4 bytes, found 1")
          .c_str(),
      ebb::Error);
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

  baseline.write(folder.path() / "ports.json");
  const PortBaseline again(folder.path() / "ports.json", 2);
  CHECK(again.largest_class() == 1);
  CHECK(again.keys() == 4);
  CHECK(again.predict(data, data.indices(Part::test)).labels == prediction.labels);
  CHECK_THROWS_AS(PortBaseline(folder.path() / "ports.json", 1), ebb::Error);  // a label that is none
}
