#include "deep_packet/training.hpp"

#include <ebb/data/loader.hpp>
#include <ebb/io/safetensors.hpp>
#include <ebb/nn/inference.hpp>
#include <ebb/optim/adam.hpp>
#include <ebb/train/fit.hpp>

#include <chrono>
#include <iostream>
#include <limits>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "deep_packet/files.hpp"
#include "deep_packet/packet_samples.hpp"
#include "deep_packet/provenance.hpp"
#include "deep_packet/results.hpp"
#include "traffic/figures/line_chart.hpp"
#include "traffic/file.hpp"
#include "traffic/interruption.hpp"
#include "traffic/result_folder.hpp"

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
    rows_ += csv_row(
        {std::to_string(epoch.number), fixed(epoch.loss, kDigits),
         fixed(ebb::train::metric(epoch.metrics, "accuracy"), kDigits), fixed(epoch.validation_loss, kDigits),
         fixed(ebb::train::metric(epoch.validation_metrics, "accuracy"), kDigits), fixed(epoch.seconds, 2)});
    traffic::write_file(path_, rows_);
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
                           .mark = "best epoch",
                           .whole_x = true};
  for (const Epoch& epoch : history.epochs) {
    chart.curves[0].points.emplace_back(epoch.number, epoch.loss);
    chart.curves[1].points.emplace_back(epoch.number, epoch.validation_loss);
  }
  return draw(chart);
}

std::string what_ended(const History& history) {
  if (history.interrupted) return "interruption";
  if (history.stopped_early) return "early stopping";
  return history.out_of_time ? "time limit" : "number of epochs";
}

Run run_of(const TrainingPlan& plan, int fold) {
  const traffic::PacketDataset& data = *plan.data;
  return {.architecture = plan.architecture,
          .training = plan.options,
          .task = data.task(),
          .classes = data.classes(),
          .mask = data.mask(),
          .drop = data.drop(),
          .split = data.split(),
          .fold = fold,
          .folds = data.folds(),
          .data_hash = data.data_hash()};
}

void require_trainable(const TrainingPlan& plan) {
  const traffic::PacketDataset& data = *plan.data;
  const std::string folder = plan.data_folder.string();
  if (data.classes().size() < 2) {
    throw ebb::Error("train", folder + ": expected at least 2 classes to tell apart, found " +
                                  std::to_string(data.classes().size()));
  }
  for (int fold = 0; fold < data.folds(); ++fold) {
    const std::size_t training = data.indices(traffic::Part::train, fold).size();
    const std::size_t validation = data.indices(traffic::Part::validation, fold).size();
    if (training > 0 && validation > 0) continue;
    throw ebb::Error("train", folder + ": fold " + std::to_string(fold) + " has " + std::to_string(training) +
                                  " packets to train and " + std::to_string(validation) +
                                  " to validate with: expected some of each");
  }
}

nlohmann::ordered_json about(const TrainingPlan& plan) {
  nlohmann::ordered_json json = provenance();
  json["data"] = plan.data_folder.string();
  json["data_hash"] = plan.data->data_hash();
  json["folds"] = plan.data->folds();
  json["seed"] = plan.options.seed;
  return json;
}

/// One run on its way into a folder.
class Training {
 public:
  Training(const fs::path& folder, const TrainingPlan& plan, int fold)
      : folder_(folder),
        plan_(plan),
        fold_(fold),
        training_(samples_of(plan.data, traffic::Part::train, fold, plan.data->classes())),
        validation_(samples_of(plan.data, traffic::Part::validation, fold, plan.data->classes())) {}

  /// Nothing where it was interrupted.
  std::optional<Evaluation> run() {
    const auto start = std::chrono::steady_clock::now();
    ebb::manual_seed(plan_.options.seed);
    ebb::nn::Sequential<float> model = build(plan_.architecture);
    // A disk without room for the weights is noticed before they are trained.
    save(model);
    const traffic::PortBaseline ports(*plan_.data, fold_);
    ports.write(folder_ / "port_lookup.json");
    const History history = fit(model);
    save(model);
    traffic::write_file(folder_ / "learning_curve.svg", learning_curve_svg(history));
    std::optional<Evaluation> evaluation;
    if (!history.interrupted) {
      auto fast = ebb::nn::optimize_for_inference(model);
      evaluation = evaluate(fast, ports, {plan_.data, fold_, plan_.data->classes()}, plan_.options.batch);
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    const nlohmann::ordered_json came_from = record(history, taken.count());
    if (evaluation) write_results(folder_, {*evaluation}, came_from);
    write_json(folder_ / "run.json", came_from);
    return evaluation;
  }

  /// Whether there are weights worth keeping.
  [[nodiscard]] bool has_learnt() const { return epochs_ > 0; }

 private:
  void save(const ebb::nn::Sequential<float>& model) const {
    ebb::io::save_safetensors((folder_ / "weights.safetensors").string(), model.state());
  }

  History fit(ebb::nn::Sequential<float>& model) {
    const TrainingOptions& options = plan_.options;
    ebb::optim::Adam<float> adam(model.parameters(), {.learning_rate = options.learning_rate});
    const ebb::data::Loader<float> training(training_, {.batch_size = options.batch, .shuffle = true});
    const ebb::data::Loader<float> validation(validation_, {.batch_size = options.batch});
    Log log(folder_);
    double best = std::numeric_limits<double>::infinity();
    // What was learnt is on the disk before more is tried: whatever ends the program, it stays.
    const auto after_epoch = [&](const Epoch& epoch) {
      log.add(epoch);
      ++epochs_;
      if (!(epoch.validation_loss < best - options.min_delta)) return;
      best = epoch.validation_loss;
      save(model);
    };
    const ebb::train::FitOptions<ebb::nn::Sequential<float>> fit_options{
        .epochs = options.epochs,
        .early_stopping =
            ebb::train::EarlyStoppingOptions{.patience = options.patience, .min_delta = options.min_delta},
        .max_seconds = options.max_seconds.value_or(std::numeric_limits<double>::infinity()),
        .on_epoch = after_epoch,
        .stop = [] { return traffic::Interruption::requested(); }};
    return ebb::train::fit(model, adam, training, validation, fit_options);
  }

  [[nodiscard]] nlohmann::ordered_json record(const History& history, double seconds) const {
    double training_seconds = 0;
    for (const Epoch& epoch : history.epochs) training_seconds += epoch.seconds;
    nlohmann::ordered_json json = about(plan_);
    json["training_packets"] = training_->size();
    json["validation_packets"] = validation_->size();
    json["epochs"] = history.epochs.size();
    json["best_epoch"] = history.best_epoch;
    json["ended_by"] = what_ended(history);
    json["training_seconds"] = training_seconds;
    json["seconds"] = seconds;
    return json;
  }

  fs::path folder_;
  const TrainingPlan& plan_;
  int fold_;
  ebb::Index epochs_ = 0;  // that are over
  std::shared_ptr<const PacketSamples> training_;
  std::shared_ptr<const PacketSamples> validation_;
};

[[noreturn]] void leave_unfinished(traffic::ResultFolder& folder, const nlohmann::ordered_json& about) {
  folder.keep_unfinished(about);
  throw traffic::Interrupted("the best weights so far are in " + folder.path().string());
}

// Runs the training; where it fails after an epoch or more, `keep` is called and the error says so.
std::optional<Evaluation> run_or_keep(Training& training, const fs::path& unfinished, const auto& keep) {
  try {
    return training.run();
  } catch (const ebb::Error& error) {
    if (!training.has_learnt()) throw;
    keep();
    throw ebb::Error(error.id(), error.facts() + "; the best weights so far are in " + unfinished.string());
  } catch (...) {
    if (training.has_learnt()) keep();
    throw;
  }
}

}  // namespace

Evaluation train_run(const fs::path& folder, const TrainingPlan& plan, int fold) {
  require_trainable(plan);
  traffic::ResultFolder result(folder, traffic::ResultKind::run, plan.replace);
  const traffic::Interruption interruption;
  const nlohmann::ordered_json run = to_json(run_of(plan, fold));
  Training training(result.path(), plan, fold);
  const std::optional<Evaluation> evaluation =
      run_or_keep(training, result.path(), [&] { result.keep_unfinished(run); });
  if (!evaluation) leave_unfinished(result, run);
  result.commit(run);
  return *evaluation;
}

std::vector<Evaluation> cross_validate(const fs::path& folder, const TrainingPlan& plan) {
  require_trainable(plan);
  traffic::ResultFolder result(folder, traffic::ResultKind::run, plan.replace);
  const traffic::Interruption interruption;
  const int folds = plan.data->folds();
  std::vector<Evaluation> evaluations;
  for (int fold = 0; fold < folds; ++fold) {
    std::cerr << "fold " << fold << " of " << folds << '\n';
    const fs::path of_fold = fold_folder(result.path(), fold);
    fs::create_directories(of_fold);
    const auto mark = [&](bool finished) {
      traffic::write_marker(of_fold, traffic::ResultKind::run, to_json(run_of(plan, fold)),
                            {.finished = finished});
    };
    // Of the folds that are there.
    const nlohmann::ordered_json so_far = cross_validation_json(fold + 1);
    Training training(of_fold, plan, fold);
    const std::optional<Evaluation> evaluation = run_or_keep(training, result.path(), [&] {
      mark(false);
      result.keep_unfinished(so_far);
    });
    mark(evaluation.has_value());
    if (!evaluation) leave_unfinished(result, so_far);
    evaluations.push_back(*evaluation);
  }
  write_results(result.path(), evaluations, about(plan));
  result.commit(cross_validation_json(folds));
  return evaluations;
}

}  // namespace deep_packet
