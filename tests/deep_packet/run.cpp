#include "deep_packet/run.hpp"

#include <ebb/core/parallel.hpp>
#include <ebb/io/safetensors.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "deep_packet/classification.hpp"
#include "deep_packet/packet_samples.hpp"
#include "deep_packet/tiny.hpp"
#include "deep_packet/training.hpp"
#include "threads.hpp"
#include "traffic/builders.hpp"
#include "traffic/csv.hpp"
#include "traffic/file.hpp"
#include "traffic/file_seal.hpp"
#include "traffic/interruption.hpp"
#include "traffic/result_folder.hpp"
#include "well_formed.hpp"

namespace fs = std::filesystem;
using deep_packet::Evaluation;
using deep_packet::Run;
using deep_packet::TrainingOptions;
using deep_packet::TrainingPlan;
using deep_packet::test::tiny_cnn;
using deep_packet::test::TinyData;
using traffic::test::TemporaryFolder;

namespace {

constexpr int kEpochs = 6;

TrainingOptions quick() { return {.epochs = kEpochs, .batch = 16, .learning_rate = 5e-3, .seed = 7}; }

TrainingPlan plan_for(const TinyData& tiny, const TrainingOptions& options) {
  return {.data_folder = tiny.path, .data = tiny.data, .architecture = tiny_cnn(), .options = options};
}

// A file of a folder and the facts in its marker, changed in agreement.
void rewrite(const fs::path& folder, traffic::ResultKind kind, const auto& change) {
  nlohmann::ordered_json about = traffic::read_marker(folder, kind);
  change(about);
  traffic::write_sealed(folder / traffic::marker(kind), about);
}

std::string error_of(const auto& call) {
  try {
    call();
  } catch (const ebb::Error& error) {
    return error.what();
  }
  return "";
}

// One line that names the file.
void check_error(const std::string& error, const std::string& file, const std::string& reason) {
  CAPTURE(error);
  CHECK(error.find('\n') == std::string::npos);
  CHECK(error.find(file) != std::string::npos);
  CHECK(error.find(reason) != std::string::npos);
}

}  // namespace

TEST_CASE("samples are the bytes of packets as shares of 255, then zeros") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  const auto samples = deep_packet::samples_of(tiny.data, traffic::Part::validation, 0, tiny.data->classes());
  REQUIRE(samples->size() > 0);
  const ebb::Index last[] = {samples->size() - 1};
  const auto [x, label] = samples->read(last);
  CHECK(x.shape() == ebb::Shape{1, 1, 1500});
  const std::uint32_t packet = samples->packets().back();
  traffic::PacketVector vector;
  const auto bytes = tiny.data->read(packet, vector);
  CHECK(label(0) == tiny.data->record(packet).label);
  for (std::size_t i = 0; i < 1500; ++i) {
    CHECK(x(0, 0, static_cast<ebb::Index>(i)) ==
          (i < bytes.size() ? static_cast<float>(bytes[i]) / 255.0f : 0.0f));
  }
}

TEST_CASE("a run: trained, evaluated, loaded, used") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  const fs::path out = folder.path() / "run";
  const Evaluation evaluation = deep_packet::train_run(out, plan_for(tiny, quick()));

  SUBCASE("the network has learned something") {
    CHECK(deep_packet::headline(evaluation.confusion).accuracy > 0.6);
  }

  SUBCASE("the folder is complete") {
    for (const char* const name : {"weights.safetensors", "port_lookup.json", "model.json", "run.json",
                                   "log.csv", "learning_curve.svg", "metrics.json", "metrics.csv",
                                   "confusion.csv", "confusion.svg", "report.html"}) {
      CHECK_MESSAGE(fs::file_size(out / name) > 0, name);
    }
    for (const char* const name : {"learning_curve.svg", "confusion.svg"}) {
      CHECK_MESSAGE(ebb::test::well_formed(traffic::file_content(out / name)), name);
    }
    CHECK(traffic::CsvFile(out / "log.csv").rows() == kEpochs);
    CHECK(traffic::CsvFile(out / "confusion.csv").rows() == 3);
    CHECK(traffic::CsvFile(out / "metrics.csv").rows() == 2 * (3 + 2));
    const auto json = nlohmann::json::parse(traffic::file_content(out / "run.json"));
    CHECK(json.at("seed") == 7);
    CHECK(json.at("data_hash") == tiny.data->data_hash());
    CHECK(json.at("threads") == ebb::num_threads());
    CHECK(json.at("epochs") == kEpochs);
    CHECK(json.at("ended_by") == "number of epochs");
    for (const char* const key : {"version", "command", "date", "processor", "instruction_set", "seconds"}) {
      CHECK_MESSAGE(json.contains(key), key);
    }
    for (const auto& entry : fs::directory_iterator(out)) CHECK(entry.path().extension() != ".tmp");
  }

  SUBCASE("what is loaded is what was trained") {
    const Run run = deep_packet::read_run(out);
    CHECK(run.classes == tiny.data->classes());
    CHECK(run.mask == std::vector<std::string>{"ports"});
    CHECK(run.drop == std::vector<std::string>{"mdns"});
    CHECK(run.split == traffic::SplitBy::packet);
    CHECK(run.training.learning_rate == 5e-3);
    CHECK_FALSE(run.training.max_seconds.has_value());
    CHECK(deep_packet::to_json(run.architecture) == deep_packet::to_json(tiny_cnn()));
    CHECK(deep_packet::test_fold(out, run, tiny.path, *tiny.data) == 0);
    auto model = deep_packet::load_model(out, run);
    const traffic::PortBaseline ports = deep_packet::load_port_baseline(out, run);
    const Evaluation again = deep_packet::evaluate(model, ports, {tiny.data, 0, run.classes}, 5);
    CHECK(deep_packet::metrics_json({again}) == deep_packet::metrics_json({evaluation}));
  }

  SUBCASE("classify does with a capture what evaluate does with its packets") {
    auto model = deep_packet::load_model(out, deep_packet::read_run(out));
    model.eval();
    std::ostringstream csv;
    const auto report = deep_packet::classify(out, tiny.captures / "scp1.pcap", csv, 7);
    (void)folder.write("classified.csv", csv.str());
    const traffic::CsvFile rows(folder.path() / "classified.csv");
    CHECK(rows.rows() == report.counts.of(traffic::Verdict::kept));
    std::size_t row = 0;
    for (std::size_t i = 0; i < tiny.data->size(); ++i) {
      if (!tiny.data->captures()[tiny.data->record(i).capture].ends_with("scp1.pcap")) continue;
      ebb::Tensor<float> x({1, 1, 1500});
      traffic::PacketVector vector;
      deep_packet::write_sample(tiny.data->read(i, vector), x.mutable_data());
      const auto logits = model(x);
      const auto best = std::max_element(logits.span().begin(), logits.span().end()) - logits.span().begin();
      CHECK(rows.field(row, rows.column("packet")) == std::to_string(tiny.data->record(i).number));
      CHECK(rows.field(row, rows.column("class")) == tiny.data->classes()[static_cast<std::size_t>(best)]);
      const double probability = std::stod(rows.field(row, rows.column("probability")));
      CHECK(probability > 1.0 / 3 - 1e-3);
      CHECK(probability <= 1);
      ++row;
    }
    CHECK(row == rows.rows());
  }

  SUBCASE("damage is named in one line") {
    const auto read = [&] { (void)deep_packet::read_run(out); };
    const std::string model = (out / "model.json").string();
    const std::string good = traffic::file_content(model);
    traffic::write_file(model, good.substr(0, good.size() / 2));
    check_error(error_of(read), model, "expected JSON");
    traffic::write_sealed(model, {{"version", 2}, {"model", "cnn"}, {"folds", 1}});
    check_error(error_of(read), model, "architecture");
    traffic::write_sealed(model, {{"version", 99}});
    check_error(error_of(read), model, "version: expected a whole number from 2 to 2, found 99");
    std::string reversed = good;
    reversed.replace(reversed.find("\"Chat\""), 6, "\"VoIP\"");
    traffic::write_file(model, reversed);
    check_error(error_of(read), model, "changed or damaged since it was written");
    fs::remove(model);
    check_error(error_of(read), out.string(), "holds no finished run (model.json)");
    check_error(error_of([&] { (void)deep_packet::run_folders(out); }), out.string(), "no finished run");

    traffic::write_file(model, good);
    const Run run = deep_packet::read_run(out);
    const auto load = [&] { (void)deep_packet::load_model(out, run); };
    const std::string weights = (out / "weights.safetensors").string();
    std::string bytes = traffic::file_content(weights);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    traffic::write_file(weights, bytes);
    check_error(error_of(load), weights, "not the file that was written, or damaged");
    fs::resize_file(weights, fs::file_size(weights) - 100);
    check_error(error_of(load), weights, "bytes, found");
    fs::remove(weights);
    check_error(error_of(load), weights, "No such file");
  }

  SUBCASE("numbers that make no sense are named, and ask for no memory") {
    const auto found = [&](const auto& change) {
      rewrite(out, traffic::ResultKind::run, change);
      return error_of([&] { (void)deep_packet::load_model(out, deep_packet::read_run(out)); });
    };
    const std::string model = (out / "model.json").string();
    check_error(found([](auto& json) { json["fold"] = -1; }), model,
                "fold: expected a whole number from 0 to 0, found -1");
    check_error(found([](auto& json) { json["fold"] = 0, json["architecture"]["length"] = 1000000000000; }),
                model, "length: expected a whole number from 1 to 1500, found 1000000000000");
    check_error(found([](auto& json) {
                  json["architecture"]["length"] = 1500, json["architecture"]["dense"] = {1000000};
                }),
                (out / "weights.safetensors").string(), "bytes for the network in model.json");
  }

  SUBCASE("a run does not fit other data") {
    Run run = deep_packet::read_run(out);
    run.mask = {};
    check_error(error_of([&] { (void)deep_packet::test_fold(out, run, tiny.path, *tiny.data); }),
                tiny.path.string(), "masks: none against ports");
    run = deep_packet::read_run(out);
    run.classes[0] = "Gossip";
    check_error(error_of([&] { (void)deep_packet::test_fold(out, run, tiny.path, *tiny.data); }),
                out.string(), "classes: Gossip");
  }

  SUBCASE("data with fewer classes, all to test with") {
    traffic::PrepareOptions options;
    options.captures = {tiny.captures / "scp1.pcap"};
    options.out = folder.path() / "holdout";
    options.split.by = traffic::SplitBy::none;
    options.mask.ports = true;
    options.drop = {"mdns"};
    (void)traffic::prepare(options);
    const auto data = std::make_shared<const traffic::PacketDataset>(options.out);
    const Run run = deep_packet::read_run(out);
    CHECK(deep_packet::test_fold(out, run, options.out, *data) == 0);
    auto net = deep_packet::load_model(out, run);
    const Evaluation held_out =
        deep_packet::evaluate(net, deep_packet::load_port_baseline(out, run), {data, 0, run.classes}, 16);
    CHECK(held_out.classes == run.classes);
    CHECK(held_out.confusion.total() == static_cast<ebb::Index>(data->size()));
    const auto position =
        std::find(run.classes.begin(), run.classes.end(), "File Transfer") - run.classes.begin();
    CHECK(held_out.confusion.scores(position).support == held_out.confusion.total());
    CHECK(held_out.ports.scores(position).support == held_out.confusion.total());
  }

  SUBCASE("a finished run stays until another one is finished") {
    const std::string weights = traffic::file_content(out / "weights.safetensors");
    TrainingPlan other = plan_for(tiny, quick());
    other.options.seed = 8;
    const auto train = [&] { (void)deep_packet::train_run(out, other); };
    check_error(error_of(train), out.string(), "holds a finished run; --force replaces it");
    other.replace = true;
    other.options.learning_rate = 1e30;  // the loss is soon no number
    check_error(error_of(train), "loss", "");
    CHECK(traffic::file_content(out / "weights.safetensors") == weights);
    CHECK_FALSE(fs::exists(out / "unfinished"));
    other.options.learning_rate = 5e-3;
    train();
    CHECK(traffic::file_content(out / "weights.safetensors") != weights);
  }
}

TEST_CASE("an error after an epoch does not take away what was learnt") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  const fs::path out = folder.path() / "run";
  // A packet of the test part is damaged; it is read last.
  const std::uint32_t packet = tiny.data->indices(traffic::Part::test).front();
  std::string bytes = traffic::file_content(tiny.path / "packets.bin");
  bytes[tiny.data->record(packet).offset] ^= 1;
  { std::ofstream(tiny.path / "packets.bin", std::ios::binary) << bytes; }
  const std::string error = error_of([&] { (void)deep_packet::train_run(out, plan_for(tiny, quick())); });
  check_error(error, "packets.bin", "checksum of packet " + std::to_string(packet));
  check_error(error, (out / "unfinished").string(), "the best weights so far are in");
  CHECK_NOTHROW((void)deep_packet::load_model(out / "unfinished", deep_packet::read_run(out / "unfinished")));
}

TEST_CASE("an interrupted training leaves its best weights, marked as unfinished") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path(), 2);
  const fs::path out = folder.path() / "run";
  // Ends itself in the second fold, after some epochs.
  const auto interrupt = [&] {
    TrainingPlan plan = plan_for(tiny, {.epochs = 100'000, .batch = 16, .patience = 100'000, .seed = 5});
    std::thread clock([&] {
      const fs::path log = out / "unfinished" / "log.csv";
      while (!fs::exists(log) || traffic::CsvFile(log).rows() < 2)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      std::raise(SIGINT);
    });
    const std::string error = error_of([&] { (void)deep_packet::train_run(out, plan, 1); });
    clock.join();
    return error;
  };
  check_error(interrupt(), (out / "unfinished").string(), "[interrupted] the best weights so far are in");
  check_error(error_of([&] { (void)deep_packet::read_run(out); }), out.string(),
              "holds one that was interrupted");
  const Run run = deep_packet::read_run(out / "unfinished");
  CHECK_FALSE(run.finished);
  CHECK(run.fold == 1);
  CHECK_NOTHROW((void)deep_packet::load_model(out / "unfinished", run));
  const auto json = nlohmann::json::parse(traffic::file_content(out / "unfinished" / "run.json"));
  CHECK(json.at("ended_by") == "interruption");
  CHECK(json.at("epochs") >= 2);
  CHECK_FALSE(fs::exists(out / "unfinished" / "metrics.json"));
}

TEST_CASE("a seed gives the same weights for any number of threads") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  std::vector<std::string> weights;
  for (const int count : {1, 3}) {
    const ebb::test::Threads threads(count);
    const fs::path out = folder.path() / std::to_string(count);
    (void)deep_packet::train_run(out, plan_for(tiny, {.epochs = 2, .batch = 16, .seed = 5}));
    weights.push_back(traffic::file_content(out / "weights.safetensors"));
  }
  CHECK(weights[0] == weights[1]);
  (void)deep_packet::train_run(folder.path() / "other",
                               plan_for(tiny, {.epochs = 2, .batch = 16, .seed = 6}));
  CHECK(traffic::file_content(folder.path() / "other" / "weights.safetensors") != weights[0]);
}
