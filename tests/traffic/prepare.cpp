#include "traffic/prepare.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "prepare_cases.hpp"
#include "traffic/dataset.hpp"
#include "traffic/packet_vector.hpp"

using namespace traffic;
using namespace traffic::test;

TEST_CASE(
    "a data set holds the vectors of the kept packets, in their order, with all that is known of them") {
  const TemporaryFolder folder;
  write_captures(folder);
  const PrepareReport report = prepare(options_for(folder));
  const PacketDataset data(folder.path() / "out");
  CHECK(data.classes() == std::vector<std::string>{"Chat", "Email", "VoIP"});
  CHECK(data.split() == SplitBy::flow);
  CHECK(data.folds() == 1);
  CHECK(data.data_hash() == report.data_hash);
  REQUIRE(data.captures().size() == 12);
  std::size_t i = 0;
  for (std::size_t c = 0; c < data.captures().size(); ++c) {
    Capture capture(data.captures()[c]);
    for (RawPacket raw; capture.next(raw);) {
      const Packet packet = dissect(raw);
      if (packet.verdict != Verdict::kept) continue;
      PacketVector vector;
      const std::size_t used = write_packet_vector(packet, vector);
      REQUIRE(i < data.size());
      PacketVector stored;
      const auto bytes = data.read(i, stored);
      CHECK(Bytes(bytes.begin(), bytes.end()) ==
            Bytes(vector.begin(), vector.begin() + static_cast<std::ptrdiff_t>(used)));
      const IndexRecord& record = data.record(i);
      CHECK(record.capture == c);
      CHECK(record.number == raw.number);
      CHECK(record.label == c / 4);
      CHECK(record.protocol == 6);
      CHECK(record.source_port == packet.source_port);
      CHECK(record.destination_port == packet.destination_port);
      ++i;
    }
  }
  CHECK(i == data.size());
}

TEST_CASE("no flow is divided by a split by flow, no capture by a split by capture") {
  const TemporaryFolder folder;
  write_captures(folder);
  struct Case {
    SplitBy by;
    int folds;
  };
  for (const Case& split : {Case{SplitBy::flow, 1}, {SplitBy::flow, 4}, {SplitBy::capture, 3}}) {
    prepare(options_for(folder, split.by, split.folds));
    const PacketDataset data(folder.path() / "out");
    REQUIRE(data.folds() == split.folds);
    std::vector<int> tested(data.size());
    for (int fold = 0; fold < split.folds; ++fold) {
      std::map<std::uint32_t, std::set<Part>> parts;
      for (std::size_t i = 0; i < data.size(); ++i) {
        const IndexRecord& record = data.record(i);
        const Part part = data.part(i, fold) == Part::train_unused ? Part::train : data.part(i, fold);
        parts[split.by == SplitBy::flow ? record.flow : record.capture].insert(part);
        tested[i] += part == Part::test;
      }
      for (const auto& [unit, seen] : parts) CHECK(seen.size() == 1);
      std::size_t all = 0;
      for (const Part part :
           {Part::train, Part::train_unused, Part::validation, Part::test, Part::left_out}) {
        all += data.indices(part, fold).size();
      }
      CHECK(all == data.size());
    }
    if (split.folds > 1)
      CHECK(std::all_of(tested.begin(), tested.end(), [](int times) { return times == 1; }));
  }
}

TEST_CASE("both directions of a flow have one number, and captures share none") {
  const TemporaryFolder folder;
  write_captures(folder);
  prepare(options_for(folder));
  const PacketDataset data(folder.path() / "out");
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::set<std::uint32_t>> flows;
  std::set<std::uint32_t> all;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const IndexRecord& record = data.record(i);
    const std::uint16_t client = record.source_port == 443 ? record.destination_port : record.source_port;
    flows[{record.capture, client}].insert(record.flow);
    all.insert(record.flow);
  }
  for (const auto& [key, numbers] : flows) CHECK(numbers.size() == 1);
  CHECK(all.size() == flows.size());
}

TEST_CASE("the report has the sizes that the files have") {
  const TemporaryFolder folder;
  write_captures(folder);
  PrepareOptions options = options_for(folder, SplitBy::packet);
  options.split.max_ratio = 2;
  const PrepareReport report = prepare(options);
  const PacketDataset data(folder.path() / "out");
  std::uint64_t smallest = UINT64_MAX;
  std::uint64_t largest = 0;
  for (const ClassPlan& plan : report.plan.classes) {
    PartSizes sizes{};
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (data.record(i).label == plan.label) ++sizes[static_cast<std::size_t>(data.part(i))];
    }
    CHECK(sizes == plan.folds[0]);
    const auto share = [&](std::uint64_t part) {
      return static_cast<double>(part) / static_cast<double>(plan.packets);
    };
    CHECK(share(sizes[0] + sizes[1]) == doctest::Approx(0.64).epsilon(0.05));
    CHECK(share(sizes[2]) == doctest::Approx(0.16).epsilon(0.15));
    CHECK(share(sizes[3]) == doctest::Approx(0.20).epsilon(0.15));
    smallest = std::min(smallest, sizes[0]);
    largest = std::max(largest, sizes[0]);
  }
  CHECK(largest == 2 * smallest);

  const nlohmann::json json = nlohmann::json::parse(read_file(folder.path() / "out" / "prepare.json"));
  REQUIRE(json["captures"].size() == 12);
  for (const auto& capture : json["captures"]) {
    CHECK(capture["dropped_tcp_no_payload"] == 1);
    CHECK(capture["dropped_dns"] == 1);
    CHECK(capture["dns53"] == 1);
    CHECK(capture["ipv4_udp"] == 1);
    CHECK(capture["packets"] == capture["kept"].get<int>() + 2);
    CHECK(capture["skipped"] == nlohmann::json::object());
    CHECK(capture["damaged"] == 0);
  }
  CHECK(json["captures"][0]["label"] == "Chat");
  CHECK(json["classes"][0]["folds"][0]["train"] == report.plan.classes[0].folds[0][0]);
}

TEST_CASE("the same seed gives the same bytes, another seed another split of the same packets") {
  const TemporaryFolder folder;
  write_captures(folder);
  for (const SplitBy by : {SplitBy::packet, SplitBy::flow}) {
    PrepareOptions options = options_for(folder, by, 3);
    const std::string hash = prepare(options).data_hash;
    const auto first = files_in(options.out);
    CHECK(first.size() == 6);
    CHECK(prepare(options).data_hash == hash);
    CHECK(files_in(options.out) == first);
    options.split.seed = 1;
    const std::string other = prepare(options).data_hash;
    CHECK(other.substr(0, 16) == hash.substr(0, 16));
    CHECK(other.substr(16) != hash.substr(16));
    CHECK(files_in(options.out).at("fold0.bin") != first.at("fold0.bin"));
    CHECK(files_in(options.out).at("packets.bin") == first.at("packets.bin"));
  }
}

TEST_CASE("small classes and classes with too few flows or captures are named and left out") {
  const TemporaryFolder folder;
  write_captures(folder);
  folder.write("in/Torrent/one.pcap", capture_of(1, 20, 99));
  PrepareOptions options = options_for(folder);
  const auto left_out = [&options] {
    std::map<std::string, std::string> reasons;
    for (const ClassPlan& plan : prepare(options).plan.classes) {
      if (!plan.why_left_out.empty()) reasons[plan.name] = plan.why_left_out;
    }
    return reasons;
  };
  CHECK(left_out() == std::map<std::string, std::string>{{"Torrent", "only 1 flow to split"}});
  const PacketDataset data(options.out);
  CHECK(data.classes() == std::vector<std::string>{"Chat", "Email", "VoIP"});
  for (std::size_t i = 0; i < data.size(); ++i) {
    const bool torrent = data.captures()[data.record(i).capture].find("Torrent") != std::string::npos;
    CHECK((data.record(i).label == no_label) == torrent);
    CHECK((data.part(i) == Part::left_out) == torrent);
  }
  options.split.min_packets = 100;
  CHECK(left_out() == std::map<std::string, std::string>{{"Email", "fewer than 100 packets"},
                                                         {"Torrent", "fewer than 100 packets"}});
  options.split.min_packets = 0;
  options.split.by = SplitBy::capture;
  options.split.folds = 3;
  CHECK(left_out() == std::map<std::string, std::string>{{"Torrent", "only 1 capture to split"}});
}

TEST_CASE("duplicates across parts are counted, and dedupe leaves the first of each") {
  const TemporaryFolder folder;
  write_captures(folder);
  folder.write("in/Chat/again.pcap", capture_of(12, 12, 1));
  PrepareOptions options = options_for(folder, SplitBy::packet);
  const PrepareReport natural = prepare(options);
  const std::uint64_t doubles = natural.captures[4].counts.of(Verdict::kept);
  REQUIRE(natural.captures[4].capture.path.filename() == "again.pcap");
  CHECK(natural.duplicates == doubles);
  const PacketDataset data(options.out);
  std::set<Bytes> trained_on;
  const auto bytes = [](const PacketDataset& set, std::size_t i) {
    PacketVector vector;
    const auto used = set.read(i, vector);
    return Bytes(used.begin(), used.end());
  };
  for (const std::uint32_t i : data.indices(Part::train)) trained_on.insert(bytes(data, i));
  std::uint64_t shared = 0;
  for (const std::uint32_t i : data.indices(Part::test)) shared += trained_on.contains(bytes(data, i));
  CHECK(shared > 0);
  CHECK(natural.shared[0].test == shared);

  options.dedupe = true;
  const PrepareReport clean = prepare(options);
  CHECK(clean.shared[0].test == 0);
  CHECK(clean.shared[0].validation == 0);
  CHECK(clean.captures[4].duplicates_removed == doubles);
  const PacketDataset deduped(options.out);
  CHECK(deduped.indices(Part::left_out).size() == doubles);
  std::set<Bytes> used;
  for (std::size_t i = 0; i < deduped.size(); ++i) {
    if (deduped.part(i) != Part::left_out) CHECK(used.insert(bytes(deduped, i)).second);
  }
}

TEST_CASE("captures without label are counted and not stored, damaged ones are used as far as they go") {
  const TemporaryFolder folder;
  write_captures(folder);
  folder.write("in/Other/0.pcap", capture_of(5, 5, 7));
  Bytes cut = capture_of(12, 12, 8);
  cut.resize(cut.size() - 5);
  folder.write("in/Chat/cut.pcap", cut);
  const PrepareReport report = prepare(options_for(folder));
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].find("cut.pcap: damaged at offset ") != std::string::npos);
  const nlohmann::json json = nlohmann::json::parse(read_file(folder.path() / "out" / "prepare.json"));
  const PacketDataset data(folder.path() / "out");
  for (std::size_t c = 0; c < json["captures"].size(); ++c) {
    const auto& capture = json["captures"][c];
    std::size_t stored = 0;
    for (std::size_t i = 0; i < data.size(); ++i) stored += data.record(i).capture == c;
    const bool other = capture["file"].get<std::string>().find("Other") != std::string::npos;
    CHECK(capture["kept"].get<std::size_t>() > 0);
    CHECK(stored == (other ? 0 : capture["kept"].get<std::size_t>()));
    CHECK(capture["label"].is_null() == other);
    CHECK(capture["damaged"] == (capture["file"].get<std::string>().ends_with("cut.pcap") ? 1 : 0));
  }
}

TEST_CASE("masks change the vectors and not the index") {
  const TemporaryFolder folder;
  write_captures(folder);
  PrepareOptions options = options_for(folder);
  options.mask = parse_mask({"ports"});
  prepare(options);
  const PacketDataset data(options.out);
  for (std::size_t i = 0; i < data.size(); ++i) {
    PacketVector vector;
    const auto bytes = data.read(i, vector);
    CHECK(bytes[20] == 0);
    CHECK(bytes[23] == 0);
    CHECK(data.record(i).source_port + data.record(i).destination_port > kFirstClient);
  }
}

TEST_CASE("wrong options are refused") {
  const TemporaryFolder folder;
  write_captures(folder);
  PrepareOptions options = options_for(folder, SplitBy::capture);
  CHECK_THROWS_WITH_AS(prepare(options),
                       "[prepare] a split by capture needs cross-validation: give it --folds", ebb::Error);
  options = options_for(folder, SplitBy::flow, 0);
  CHECK_THROWS_AS(prepare(options), ebb::Error);
  options = options_for(folder);
  options.split.max_ratio = 0.5;
  CHECK_THROWS_AS(prepare(options), ebb::Error);
}

TEST_CASE("a capture of unknown link types only is a warning") {
  const TemporaryFolder folder;
  write_captures(folder);
  const auto unknown =
      folder.write("in/Chat/usb.pcap", pcap({tcp_packet(), tcp_packet()}, {.link_type = 220}));
  const PrepareReport report = prepare(options_for(folder));
  CHECK(report.warnings ==
        std::vector<std::string>{unknown.string() +
                                 ": no packet can be read; link type 220 is not known: 2 packets skipped"});
}
