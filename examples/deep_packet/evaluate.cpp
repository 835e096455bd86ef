#include <ebb/nn/inference.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/results.hpp"
#include "deep_packet/run.hpp"

namespace {

namespace fs = std::filesystem;
using deep_packet::Evaluation;

struct EvaluateArguments {
  std::string run;
  std::string data;
  ebb::Index batch = 128;
  std::string precision = "float";
};

void evaluate(const EvaluateArguments& arguments) {
  const auto data = std::make_shared<const traffic::PacketDataset>(arguments.data);
  const bool bf16 = arguments.precision == "bf16";
  std::vector<Evaluation> folds, folds_in_bf16;
  for (const fs::path& folder : deep_packet::run_folders(arguments.run)) {
    const deep_packet::Run run = deep_packet::read_run(folder);
    deep_packet::require_fit(folder, run, arguments.data, *data);
    if (run.data_hash != data->data_hash() && folds.empty()) {
      std::cerr << "deep_packet: warning: " << arguments.data << " is not what " << folder.string()
                << " was trained on; where they overlap, packets of the test part were trained on\n";
    }
    const auto model = deep_packet::load_model(folder, run);
    const auto evaluate = [&](const ebb::nn::InferenceOptions& options) {
      auto fast = ebb::nn::optimize_for_inference(model, options);
      return deep_packet::evaluate(fast, data, run.fold, arguments.batch);
    };
    folds.push_back(evaluate({}));
    if (bf16) folds_in_bf16.push_back(evaluate({.bfloat16 = true}));
  }
  deep_packet::write_results(arguments.run, folds);
  deep_packet::print_results(std::cout, folds);
  if (bf16) {
    std::cout << '\n';
    deep_packet::print(
        std::cout, deep_packet::precision_table(deep_packet::pool(folds), deep_packet::pool(folds_in_bf16)));
  }
}

}  // namespace

void add_evaluate(CLI::App& app) {
  auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* command = app.add_subcommand("evaluate", "Evaluate a run on the test part of a data set");
  command->add_option("--run", arguments->run, "Folder of a run, written by train")->required();
  command->add_option("--data", arguments->data, "Folder of a data set, written by prepare")->required();
  command->add_option("--batch", arguments->batch, "Packets per step; changes no result")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--precision", arguments->precision,
                   "bf16: evaluate the model in products of bfloat16 numbers, too, and print the difference")
      ->check(CLI::IsMember({"float", "bf16"}))
      ->capture_default_str();
  add_threads(*command);
  command->callback([arguments] { evaluate(*arguments); });
}
