#include "deep_packet/run.hpp"

#include <ebb/io/safetensors.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "deep_packet/files.hpp"

namespace deep_packet {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

Json to_json(const TrainingOptions& options) {
  Json json{{"epochs", options.epochs},
            {"batch", options.batch},
            {"learning_rate", options.learning_rate},
            {"patience", options.patience},
            {"min_delta", options.min_delta},
            {"max_seconds", nullptr},
            {"seed", options.seed}};
  if (options.max_seconds) json["max_seconds"] = *options.max_seconds;
  return json;
}

TrainingOptions training_from_json(const Json& json) {
  TrainingOptions options{.epochs = json.at("epochs"),
                          .batch = json.at("batch"),
                          .learning_rate = json.at("learning_rate"),
                          .patience = json.at("patience"),
                          .min_delta = json.at("min_delta"),
                          .seed = json.at("seed")};
  if (!json.at("max_seconds").is_null()) options.max_seconds = json.at("max_seconds").get<double>();
  return options;
}

template <class Enum, std::size_t N>
Enum by_name(const Json& json, const Enum (&values)[N]) {
  const std::string text = json;
  std::string expected;
  for (const Enum value : values) {
    if (text == name(value)) return value;
    expected += (expected.empty() ? "" : " or ") + std::string(name(value));
  }
  throw ebb::Error("run", "expected " + expected + ", found '" + text + "'");
}

Run run_from_json(const Json& json) {
  if (json.at("version") != kVersion) {
    throw ebb::Error(
        "run", "version: expected " + std::to_string(kVersion) + ", found " + json.at("version").dump());
  }
  if (json.at("model") != "cnn") {
    throw ebb::Error("run", "model: expected \"cnn\", found " + json.at("model").dump());
  }
  Run run{.model = json.at("model"),
          .architecture = cnn_from_json(json.at("architecture")),
          .training = training_from_json(json.at("training")),
          .task = by_name(json.at("task"), {traffic::Task::application, traffic::Task::traffic}),
          .classes = json.at("classes"),
          .mask = json.at("mask"),
          .drop = json.at("drop"),
          .split = by_name(json.at("split"),
                           {traffic::SplitBy::packet, traffic::SplitBy::flow, traffic::SplitBy::capture}),
          .fold = json.at("fold"),
          .folds = json.at("folds"),
          .data_hash = json.at("data_hash")};
  if (static_cast<ebb::Index>(run.classes.size()) != run.architecture.classes) {
    throw ebb::Error("run", "classes: expected " + std::to_string(run.architecture.classes) +
                                " names, found " + std::to_string(run.classes.size()));
  }
  return run;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list.empty() ? "none" : list;
}

fs::path fold_folder(const fs::path& folder, std::size_t fold) {
  return folder / ("fold" + std::to_string(fold));
}

}  // namespace

void write_run(const fs::path& folder, const Run& run) {
  write_json(folder / "model.json", {{"version", kVersion},
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
                                     {"data_hash", run.data_hash}});
}

Run read_run(const fs::path& folder) {
  const fs::path path = folder / "model.json";
  if (!fs::is_regular_file(path)) {
    throw ebb::Error("run", path.string() + ": no such file; it marks a finished run");
  }
  const Json json = read_json(path);
  try {
    return run_from_json(json);
  } catch (const nlohmann::json::exception& error) {
    throw ebb::Error("run", path.string() + ": " + error.what());
  } catch (const ebb::Error& error) {
    throw ebb::Error("run", path.string() + ": " + error.facts());
  }
}

ebb::nn::Sequential<float> load_model(const fs::path& folder, const Run& run) {
  ebb::nn::Sequential<float> model = build(run.architecture);
  ebb::io::load_safetensors((folder / "weights.safetensors").string(), model.state());
  model.eval();
  return model;
}

std::vector<fs::path> run_folders(const fs::path& folder) {
  if (fs::exists(folder / "model.json")) return {folder};
  std::vector<fs::path> folders;
  while (fs::exists(fold_folder(folder, folders.size()) / "model.json")) {
    folders.push_back(fold_folder(folder, folders.size()));
  }
  if (folders.empty()) throw ebb::Error("run", folder.string() + ": holds no finished run (model.json)");
  const int folds = read_run(folders.front()).folds;
  if (folders.size() != static_cast<std::size_t>(folds)) {
    throw ebb::Error("run", folder.string() + ": " + std::to_string(folders.size()) + " of " +
                                std::to_string(folds) + " folds are finished");
  }
  return folders;
}

void begin_run(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw ebb::Error("run", folder.string() + ": " + error.message());
  fs::remove(folder / "model.json");
  for (std::size_t fold = 0; fs::remove(fold_folder(folder, fold) / "model.json"); ++fold) {
  }
}

void require_fit(const fs::path& folder, const Run& run, const fs::path& data_folder,
                 const traffic::PacketDataset& data) {
  const auto require_same = [&](const std::string& what, const std::vector<std::string>& of_run,
                                const std::vector<std::string>& of_data) {
    if (of_run == of_data) return;
    throw ebb::Error("run", folder.string() + " and " + data_folder.string() + " differ in their " + what +
                                ": " + list_of(of_run) + " against " + list_of(of_data));
  };
  require_same("task", {std::string(name(run.task))}, {std::string(name(data.task()))});
  require_same("classes", run.classes, data.classes());
  require_same("masks", run.mask, data.mask());
  require_same("dropped protocols", run.drop, data.drop());
  if (run.fold >= data.folds()) {
    throw ebb::Error("run", folder.string() + " is of fold " + std::to_string(run.fold) + ", " +
                                data_folder.string() + " has " + std::to_string(data.folds()));
  }
}

}  // namespace deep_packet
