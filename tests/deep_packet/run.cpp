#include "deep_packet/run.hpp"

#include <ebb/core/parallel.hpp>
#include <ebb/io/safetensors.hpp>

#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "deep_packet/classification.hpp"
#include "deep_packet/files.hpp"
#include "deep_packet/packet_samples.hpp"
#include "deep_packet/tiny.hpp"
#include "deep_packet/training.hpp"
#include "threads.hpp"
#include "traffic/builders.hpp"
#include "traffic/csv.hpp"
#include "well_formed.hpp"

namespace fs = std::filesystem;
using deep_packet::Evaluation;
using deep_packet::Run;
using deep_packet::TrainingOptions;
using deep_packet::test::tiny_cnn;
using deep_packet::test::TinyData;
using traffic::test::TemporaryFolder;

namespace {

constexpr int kEpochs = 6;

TrainingOptions quick() { return {.epochs = kEpochs, .batch = 16, .learning_rate = 5e-3, .seed = 7}; }

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
  const auto samples = deep_packet::samples_of(tiny.data, traffic::Part::validation, 0);
  REQUIRE(samples->size() > 0);
  CHECK(samples->sample_shape() == ebb::Shape{1, 1500});
  std::vector<float> x(1500, -1.0f);
  std::int32_t label = -1;
  const ebb::Index last[] = {samples->size() - 1};
  samples->read(last, x.data(), &label);
  const std::uint32_t packet = samples->packets().back();
  const auto bytes = tiny.data->bytes(packet);
  CHECK(label == tiny.data->record(packet).label);
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(x[i] == (i < bytes.size() ? static_cast<float>(bytes[i]) / 255.0f : 0.0f));
  }
}

TEST_CASE("a run: trained, evaluated, loaded, used") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  const fs::path out = folder.path() / "run";
  const Evaluation evaluation = deep_packet::train_run(out, tiny.path, tiny.data, 0, tiny_cnn(), quick());

  SUBCASE("the network has learned something") {
    CHECK(deep_packet::headline(evaluation.confusion).accuracy > 0.6);
  }

  SUBCASE("the folder is complete") {
    for (const char* const name :
         {"weights.safetensors", "model.json", "run.json", "log.csv", "learning_curve.svg", "metrics.json",
          "metrics.csv", "confusion.csv", "confusion.svg", "report.html"}) {
      CHECK_MESSAGE(fs::file_size(out / name) > 0, name);
    }
    for (const char* const name : {"learning_curve.svg", "confusion.svg"}) {
      CHECK_MESSAGE(ebb::test::well_formed(deep_packet::read_file(out / name)), name);
    }
    CHECK(traffic::CsvFile(out / "log.csv").rows() == kEpochs);
    CHECK(traffic::CsvFile(out / "confusion.csv").rows() == 3);
    CHECK(traffic::CsvFile(out / "metrics.csv").rows() == 2 * (3 + 2));
    const auto json = deep_packet::read_json(out / "run.json");
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
    CHECK_NOTHROW(deep_packet::require_fit(out, run, tiny.path, *tiny.data));
    auto model = deep_packet::load_model(out, run);
    const Evaluation again = deep_packet::evaluate(model, tiny.data, 0, 5);
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
      deep_packet::write_sample(tiny.data->bytes(i), x.mutable_data());
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
    const std::string good = deep_packet::read_file(model);
    deep_packet::write_file(model, good.substr(0, good.size() / 2));
    check_error(error_of(read), model, "expected JSON");
    deep_packet::write_file(model, "{\"version\": 1, \"model\": \"cnn\"}\n");
    check_error(error_of(read), model, "architecture");
    deep_packet::write_file(model, "{\"version\": 99}\n");
    check_error(error_of(read), model, "version: expected 1, found 99");
    fs::remove(model);
    check_error(error_of(read), model, "no such file");
    check_error(error_of([&] { (void)deep_packet::run_folders(out); }), out.string(), "no finished run");

    deep_packet::write_file(model, good);
    const Run run = deep_packet::read_run(out);
    const auto load = [&] { (void)deep_packet::load_model(out, run); };
    const std::string weights = (out / "weights.safetensors").string();
    fs::resize_file(weights, fs::file_size(weights) - 100);
    check_error(error_of(load), weights, "[load_safetensors]");
    fs::remove(weights);
    check_error(error_of(load), weights, "[load_safetensors]");
  }

  SUBCASE("a run does not fit other data") {
    Run run = deep_packet::read_run(out);
    run.mask = {};
    check_error(error_of([&] { deep_packet::require_fit(out, run, tiny.path, *tiny.data); }),
                tiny.path.string(), "masks: none against ports");
    run = deep_packet::read_run(out);
    run.classes[0] = "Gossip";
    check_error(error_of([&] { deep_packet::require_fit(out, run, tiny.path, *tiny.data); }), out.string(),
                "classes: Gossip");
  }
}

TEST_CASE("a seed gives the same weights for any number of threads") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  std::vector<std::string> weights;
  for (const int count : {1, 3}) {
    const ebb::test::Threads threads(count);
    const fs::path out = folder.path() / std::to_string(count);
    (void)deep_packet::train_run(out, tiny.path, tiny.data, 0, tiny_cnn(),
                                 {.epochs = 2, .batch = 16, .seed = 5});
    weights.push_back(deep_packet::read_file(out / "weights.safetensors"));
  }
  CHECK(weights[0] == weights[1]);
  (void)deep_packet::train_run(folder.path() / "other", tiny.path, tiny.data, 0, tiny_cnn(),
                               {.epochs = 2, .batch = 16, .seed = 6});
  CHECK(deep_packet::read_file(folder.path() / "other" / "weights.safetensors") != weights[0]);
}
