#include <ebb/nn/summary.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
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
  CLI::App* command = app.add_subcommand("train", "Train a network on a data set and evaluate it");
  command->add_option("--data", arguments->data, "Folder of a data set, written by prepare")->required();
  command->add_option("--model", arguments->model, "Kind of network: cnn")
      ->check(CLI::IsMember({"cnn"}))
      ->capture_default_str();
  command->add_option("--out", arguments->out, "Folder for the run")->required();
  command->add_option("--epochs", options.epochs, "Passes over the training part, at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--batch", options.batch, "Packets per step")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--learning-rate", options.learning_rate, "Of Adam")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--patience", options.patience,
                   "Stop when the validation loss has not fallen for so many epochs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--min-delta", options.min_delta, "By how much it has to fall")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--max-seconds", options.max_seconds, "Begin no epoch that would end later than this")
      ->check(CLI::PositiveNumber);
  command->add_option("--fold", arguments->fold, "Of a cross-validation, only this fold")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--seed", options.seed, "Seed; the same seed gives the same weights")
      ->capture_default_str();
  add_force(*command, arguments->force);
  add_threads(*command);
  command->callback([arguments] { train(*arguments); });
}
