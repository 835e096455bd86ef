#include "deep_packet/run.hpp"

#include <ebb/io/safetensors.hpp>

#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <limits>
#include <sstream>

#include "traffic/json_fields.hpp"
#include "traffic/result_folder.hpp"
#include "traffic/text.hpp"

namespace deep_packet {
namespace {

namespace fs = std::filesystem;
namespace json = traffic::json;
using traffic::ResultKind;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 2;
constexpr const char* kWeights = "weights.safetensors";
constexpr const char* kPortLookup = "port_lookup.json";
constexpr const char* kCrossValidation = "cross_validation";
constexpr auto kMany = std::numeric_limits<std::int64_t>::max();

Json to_json(const TrainingOptions& options) {
  Json members{{"epochs", options.epochs},
               {"batch", options.batch},
               {"learning_rate", options.learning_rate},
               {"patience", options.patience},
               {"min_delta", options.min_delta},
               {"max_seconds", nullptr},
               {"seed", options.seed}};
  if (options.max_seconds) members["max_seconds"] = *options.max_seconds;
  return members;
}

TrainingOptions training_from_json(const Json& from) {
  constexpr double kLarge = std::numeric_limits<double>::max();
  TrainingOptions options{.epochs = json::whole_number(from, "epochs", 1, kMany),
                          .batch = json::whole_number(from, "batch", 1, kMany),
                          .learning_rate = json::real_number(from, "learning_rate", 0, kLarge),
                          .patience = json::whole_number(from, "patience", 1, kMany),
                          .min_delta = json::real_number(from, "min_delta", 0, kLarge),
                          .seed = json::natural_number(from, "seed")};
  if (!json::member(from, "max_seconds").is_null()) {
    options.max_seconds = json::real_number(from, "max_seconds", 0, kLarge);
  }
  return options;
}

Run run_from_json(const Json& about) {
  json::whole_number(about, "version", kVersion, kVersion);
  const std::string model = json::text(about, "model");
  if (model != "cnn")
    throw ebb::Error("json", "model: expected 'cnn', found '" + traffic::abbreviated(model) + "'");
  const int folds = static_cast<int>(json::whole_number(about, "folds", 1, traffic::most_folds));
  Run run{.model = model,
          .architecture = cnn_from_json(json::member(about, "architecture")),
          .training = training_from_json(json::member(about, "training")),
          .task = json::one_of(about, "task", {traffic::Task::application, traffic::Task::traffic}),
          .classes = json::texts(about, "classes"),
          .mask = json::texts(about, "mask"),
          .drop = json::texts(about, "drop"),
          .split = json::one_of(
              about, "split", {traffic::SplitBy::packet, traffic::SplitBy::flow, traffic::SplitBy::capture}),
          .fold = static_cast<int>(json::whole_number(about, "fold", 0, folds - 1)),
          .folds = folds,
          .data_hash = json::text(about, "data_hash"),
          .finished = json::truth(about, "finished"),
          .marker = about};
  if (static_cast<ebb::Index>(run.classes.size()) != run.architecture.classes) {
    throw ebb::Error("json", "classes: expected " + std::to_string(run.architecture.classes) +
                                 " names, found " + std::to_string(run.classes.size()));
  }
  return run;
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 300;  // of both lists a line still holds the whole
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list.empty() ? "none" : traffic::without_middle(list, kMost);
}

// A file of the run as the marker lists it.
fs::path unchanged(const fs::path& folder, const Run& run, const char* file) {
  traffic::require_unchanged(folder, run.marker, file);
  return folder / file;
}

std::int64_t folds_of(const fs::path& folder, const Json& about) {
  try {
    return json::whole_number(about, kCrossValidation, 1, traffic::most_folds);
  } catch (const ebb::Error& error) {
    throw ebb::Error("run", (folder / marker(ResultKind::run)).string() + ": " + error.facts());
  }
}

std::string count_of(double bytes) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(0) << bytes;
  return text.str();
}

// A damaged file must not ask for more memory than its own weights take.
void require_size(const fs::path& folder, const Run& run) {
  const double expected = parameter_count(run.architecture) * sizeof(float);
  const auto found = static_cast<double>(fs::file_size(folder / kWeights));
  if (expected > found) {
    throw ebb::Error("run", (folder / kWeights).string() + ": expected at least " + count_of(expected) +
                                " bytes for the network in model.json, found " + count_of(found));
  }
}

}  // namespace

Json to_json(const Run& run) {
  return {{"version", kVersion},
          {"model", run.model},
          {"architecture", to_json(run.architecture)},
          {"training", to_json(run.training)},
          {"task", name(run.task)},
          {"classes", run.classes},
          {"mask", run.mask},
          {"drop", run.drop},
          {"split", name(run.split)},
          {"fold", run.fold},
          {"folds", run.folds},
          {"data_hash", run.data_hash}};
}

Json cross_validation_json(int folds) { return {{"version", kVersion}, {kCrossValidation, folds}}; }

Run read_run(const fs::path& folder) {
  const Json about = traffic::read_marker(folder, ResultKind::run);
  if (about.contains(kCrossValidation)) {
    throw ebb::Error("run", folder.string() + ": a cross-validation, expected one of its folds, like " +
                                fold_folder(folder, 0).string());
  }
  try {
    return run_from_json(about);
  } catch (const ebb::Error& error) {
    throw ebb::Error("run", (folder / marker(ResultKind::run)).string() + ": " + error.facts());
  }
}

ebb::nn::Sequential<float> load_model(const fs::path& folder, const Run& run) {
  const fs::path weights = unchanged(folder, run, kWeights);
  require_size(folder, run);
  ebb::nn::Sequential<float> model = build(run.architecture);
  ebb::io::load_safetensors(weights.string(), model.state());
  model.eval();
  return model;
}

traffic::PortBaseline load_port_baseline(const fs::path& folder, const Run& run) {
  return traffic::PortBaseline(unchanged(folder, run, kPortLookup), run.classes.size());
}

std::vector<fs::path> run_folders(const fs::path& folder) {
  const Json about = traffic::read_marker(folder, ResultKind::run);
  if (!about.contains(kCrossValidation)) return {folder};
  std::vector<fs::path> folders;
  const std::int64_t folds = folds_of(folder, about);
  for (int fold = 0; fold < folds; ++fold) folders.push_back(fold_folder(folder, fold));
  return folders;
}

fs::path fold_folder(const fs::path& folder, int fold) { return folder / ("fold" + std::to_string(fold)); }

int test_fold(const fs::path& folder, const Run& run, const fs::path& data_folder,
              const traffic::PacketDataset& data) {
  const auto fail = [&](const std::string& what, const std::vector<std::string>& of_run,
                        const std::vector<std::string>& of_data) {
    throw ebb::Error("run", folder.string() + " and " + data_folder.string() + " differ in their " + what +
                                ": " + list_of(of_run) + " against " + list_of(of_data));
  };
  if (run.task != data.task()) fail("task", {std::string(name(run.task))}, {std::string(name(data.task()))});
  for (const std::string& of_data : data.classes()) {
    const bool known = std::find(run.classes.begin(), run.classes.end(), of_data) != run.classes.end();
    if (!known) fail("classes", run.classes, data.classes());
  }
  if (run.mask != data.mask()) fail("masks", run.mask, data.mask());
  if (run.drop != data.drop()) fail("dropped protocols", run.drop, data.drop());
  const bool own = run.data_hash == data.data_hash() && run.folds == data.folds();
  if (!own && data.folds() > 1) {
    throw ebb::Error("run", data_folder.string() + " is a cross-validation that " + folder.string() +
                                " was not trained on: prepare it with --all-test or without folds");
  }
  return own ? run.fold : 0;
}

}  // namespace deep_packet
