#include "deep_packet/training.hpp"

#include <ebb/data/loader.hpp>
#include <ebb/io/safetensors.hpp>
#include <ebb/nn/inference.hpp>
#include <ebb/optim/adam.hpp>
#include <ebb/train/fit.hpp>

#include <chrono>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "deep_packet/files.hpp"
#include "deep_packet/packet_samples.hpp"
#include "deep_packet/provenance.hpp"
#include "deep_packet/results.hpp"
#include "traffic/figures/line_chart.hpp"

namespace deep_packet {
namespace {

namespace fs = std::filesystem;
using ebb::train::Epoch;
using ebb::train::History;

// The log grows with every epoch, so that a run can be watched.
class Log {
 public:
  explicit Log(const fs::path& folder) : path_(folder / "log.csv") {}

  void add(const Epoch& epoch) {
    constexpr int kDigits = 6;
    rows_ += csv_row({std::to_string(epoch.number), fixed(epoch.loss, kDigits),
                      fixed(epoch.accuracy, kDigits), fixed(epoch.validation_loss, kDigits),
                      fixed(epoch.validation_accuracy, kDigits), fixed(epoch.seconds, 2)});
    write_file(path_, rows_);
  }

 private:
  fs::path path_;
  std::string rows_ =
      csv_row({"epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds"});
};

std::string learning_curve_svg(const History& history) {
  traffic::LineChart chart{.title = "Learning curve",
                           .x_axis = "epoch",
                           .y_axis = "loss",
                           .curves = {{"training", {}}, {"validation", {}}},
                           .marked_x = static_cast<double>(history.best_epoch),
                           .mark = "best epoch"};
  for (const Epoch& epoch : history.epochs) {
    chart.curves[0].points.emplace_back(epoch.number, epoch.loss);
    chart.curves[1].points.emplace_back(epoch.number, epoch.validation_loss);
  }
  return draw(chart);
}

std::string what_ended(const History& history) {
  if (history.stopped_early) return "early stopping";
  return history.out_of_time ? "time limit" : "number of epochs";
}

History fit(ebb::nn::Sequential<float>& model, const fs::path& folder,
            const std::shared_ptr<const PacketSamples>& training,
            const std::shared_ptr<const PacketSamples>& validation, const TrainingOptions& options) {
  ebb::optim::Adam<float> adam(model.parameters(), {.learning_rate = options.learning_rate});
  const ebb::data::Loader<float> training_loader(training, {.batch_size = options.batch, .shuffle = true});
  const ebb::data::Loader<float> validation_loader(validation, {.batch_size = options.batch});
  Log log(folder);
  const ebb::train::FitOptions<float> fit_options{
      .epochs = options.epochs,
      .early_stopping =
          ebb::train::EarlyStoppingOptions{.patience = options.patience, .min_delta = options.min_delta},
      .max_seconds = options.max_seconds.value_or(std::numeric_limits<double>::infinity()),
      .on_epoch = [&log](const Epoch& epoch) { log.add(epoch); }};
  return ebb::train::fit(model, adam, training_loader, validation_loader, fit_options);
}

}  // namespace

Evaluation train_run(const fs::path& folder, const fs::path& data_folder,
                     std::shared_ptr<const traffic::PacketDataset> data, int fold, CnnOptions architecture,
                     const TrainingOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  begin_run(folder);
  if (architecture.classes == 0) architecture.classes = static_cast<ebb::Index>(data->classes().size());
  const auto training = samples_of(data, traffic::Part::train, fold);
  const auto validation = samples_of(data, traffic::Part::validation, fold);
  if (training->size() == 0 || validation->size() == 0) {
    throw ebb::Error("train", data_folder.string() + ": fold " + std::to_string(fold) + " has " +
                                  std::to_string(training->size()) + " packets to train and " +
                                  std::to_string(validation->size()) +
                                  " to validate with: expected some of each");
  }

  ebb::manual_seed(options.seed);
  ebb::nn::Sequential<float> model = build(architecture);
  const History history = fit(model, folder, training, validation, options);
  ebb::io::save_safetensors((folder / "weights.safetensors").string(), model.state());
  write_file(folder / "learning_curve.svg", learning_curve_svg(history));
  auto fast = ebb::nn::optimize_for_inference(model);
  Evaluation evaluation = evaluate(fast, data, fold, options.batch);
  write_results(folder, {evaluation});

  double training_seconds = 0;
  for (const Epoch& epoch : history.epochs) training_seconds += epoch.seconds;
  nlohmann::ordered_json json = provenance();
  json["seed"] = options.seed;
  json["data"] = data_folder.string();
  json["data_hash"] = data->data_hash();
  json["training_packets"] = training->size();
  json["validation_packets"] = validation->size();
  json["epochs"] = history.epochs.size();
  json["best_epoch"] = history.best_epoch;
  json["ended_by"] = what_ended(history);
  json["training_seconds"] = training_seconds;
  json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_json(folder / "run.json", json);
  write_run(folder, {.architecture = architecture,
                     .training = options,
                     .task = data->task(),
                     .classes = data->classes(),
                     .mask = data->mask(),
                     .drop = data->drop(),
                     .split = data->split(),
                     .fold = fold,
                     .folds = data->folds(),
                     .data_hash = data->data_hash()});
  return evaluation;
}

}  // namespace deep_packet
