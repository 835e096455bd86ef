#include <ebb/nn/summary.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/options.hpp"
#include "deep_packet/results.hpp"
#include "deep_packet/training.hpp"

namespace {

using deep_packet::Evaluation;

struct TrainArguments {
  std::string data;
  std::string out;
  std::string model = "cnn";
  std::optional<int> fold;
  deep_packet::TrainingOptions options;
  bool force = false;
};

void train(const TrainArguments& arguments) {
  const auto data = std::make_shared<const traffic::PacketDataset>(arguments.data);
  if (arguments.fold && *arguments.fold >= data->folds()) {
    throw ebb::Error("train", arguments.data + ": there is no fold " + std::to_string(*arguments.fold) +
                                  " among " + std::to_string(data->folds()));
  }
  const deep_packet::TrainingPlan plan{
      .data_folder = arguments.data,
      .data = data,
      .architecture = deep_packet::paper_cnn(data->task(), static_cast<ebb::Index>(data->classes().size())),
      .options = arguments.options,
      .replace = arguments.force};
  std::cout << ebb::nn::summary(deep_packet::build(plan.architecture), {1, 1, plan.architecture.length})
            << std::flush;
  std::vector<Evaluation> folds;
  if (data->folds() == 1 || arguments.fold) {
    folds.push_back(deep_packet::train_run(arguments.out, plan, arguments.fold.value_or(0)));
  } else {
    folds = deep_packet::cross_validate(arguments.out, plan);
  }
  deep_packet::print_results(std::cout, folds);
  std::cout << "\n" << arguments.out << ": the run; report.html shows it\n";
}

}  // namespace

void add_train(CLI::App& app) {
  auto arguments = std::make_shared<TrainArguments>();
  deep_packet::TrainingOptions& options = arguments->options;
  constexpr std::uint64_t kMany = 1'000'000'000;
  CLI::App* command = app.add_subcommand(
      "train",
      "Train a network on a data set and evaluate it\n\n"
      "Trains with Adam on the training part, stops when the validation loss no longer falls, goes back to "
      "the best "
      "epoch and evaluates on the test part. A data set of several folds is cross-validated.\n\n"
      "Ctrl-C ends the training after the step at hand and leaves the best weights so far in "
      "RUN/unfinished.");
  add_path(*command, "--data", arguments->data, "Folder of a data set, written by prepare", "folder")
      ->required();
  add_path(*command, "--out", arguments->out, "Folder for the run", "folder")->required();
  add_word(*command, "--model", arguments->model, Words<std::string>{{"cnn", "cnn"}}, "Kind of network")
      ->default_str("cnn");
  add_number(*command, "--epochs", options.epochs, WholeRange{1, kMany},
             "Passes over the training part, at most");
  add_number(*command, "--batch", options.batch, WholeRange{1, most_batch}, "Packets per step");
  add_number(*command, "--learning-rate", options.learning_rate, RealRange{0, 1'000, true}, "Of Adam");
  add_number(*command, "--patience", options.patience, WholeRange{1, kMany},
             "Stop when the validation loss has not fallen for so many epochs");
  add_number(*command, "--min-delta", options.min_delta, RealRange{0, kMany}, "By how much it has to fall");
  add_number(*command, "--max-seconds", options.max_seconds, RealRange{0, kMany, true},
             "Begin no epoch that would end later than this");
  add_number(*command, "--fold", arguments->fold, WholeRange{0, traffic::most_folds - 1},
             "Of a cross-validation, only this fold");
  add_seed(*command, options.seed, "of weights, batches and dropout; the same one gives the same weights");
  add_force(*command, arguments->force);
  add_threads(*command);
  add_notes(
      *command,
      "The network and tables of its evaluation; in the folder\n"
      "  weights.safetensors  the weights of the best epoch\n"
      "  log.csv              epoch, loss, accuracy, validation_loss, validation_accuracy, seconds\n"
      "  metrics.csv          classifier, class, precision, recall, F1, packets, balanced precision,\n"
      "                       balanced F1\n"
      "  confusion.csv        a row per true class, a column per predicted one\n"
      "  metrics.json         all numbers, and what they came from\n"
      "  report.html          tables, confusion.svg and learning_curve.svg on a page\n"
      "  port_lookup.json     the table that the port lookup learnt\n"
      "  run.json             what the run came from\n"
      "  model.json           the network, its classes and options; marks a finished run\n"
      "A cross-validation has a folder per fold, fold0, fold1, ..., and beside them the results of all.",
      {"deep_packet train --data DATA --out RUN --seed 1",
       "deep_packet train --data DATA --out RUN --epochs 3 --max-seconds 600 --force"});
  command->callback([arguments] { train(*arguments); });
}
