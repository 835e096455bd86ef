#include <ebb/nn/inference.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "deep_packet/options.hpp"
#include "deep_packet/provenance.hpp"
#include "deep_packet/results.hpp"
#include "deep_packet/run.hpp"
#include "traffic/result_folder.hpp"

namespace {

namespace fs = std::filesystem;
using deep_packet::Evaluation;

struct EvaluateArguments {
  std::string run;
  std::string data;
  std::string out;
  ebb::Index batch = 128;
  std::string precision = "float";
  bool force = false;
};

/// The run's folder or those of its folds, evaluated on a data set.
struct Evaluations {
  std::uint64_t seed = 0;
  std::vector<Evaluation> in_float;
  std::vector<Evaluation> in_bf16;  // where they were asked for
};

Evaluations evaluate_all(const EvaluateArguments& arguments) {
  const auto data = std::make_shared<const traffic::PacketDataset>(arguments.data);
  Evaluations evaluations;
  for (const fs::path& folder : deep_packet::run_folders(arguments.run)) {
    const deep_packet::Run run = deep_packet::read_run(folder);
    evaluations.seed = run.training.seed;
    const int fold = deep_packet::test_fold(folder, run, arguments.data, *data);
    if (!run.finished) warn(folder.string() + " was interrupted before it was trained to its end");
    if (run.data_hash != data->data_hash() && evaluations.in_float.empty()) {
      warn(arguments.data + " is not what " + folder.string() +
           " was trained on; where they overlap, packets of the test part were trained on");
    }
    const auto model = deep_packet::load_model(folder, run);
    const traffic::PortBaseline ports = deep_packet::load_port_baseline(folder, run);
    const auto evaluate = [&](const ebb::nn::InferenceOptions& options) {
      auto fast = ebb::nn::optimize_for_inference(model, options);
      return deep_packet::evaluate(fast, ports,
                                   {data, fold, run.classes, /*of_fold=*/run.data_hash == data->data_hash()},
                                   arguments.batch);
    };
    evaluations.in_float.push_back(evaluate({}));
    if (arguments.precision == "bf16") evaluations.in_bf16.push_back(evaluate({.bfloat16 = true}));
  }
  return evaluations;
}

nlohmann::ordered_json about(const EvaluateArguments& arguments, const Evaluations& evaluations) {
  nlohmann::ordered_json json = deep_packet::provenance();
  json["run"] = arguments.run;
  json["data"] = arguments.data;
  json["data_hash"] = evaluations.in_float.front().data_hash;
  json["seed"] = evaluations.seed;
  json["batch"] = arguments.batch;
  json["precision"] = arguments.precision;
  return json;
}

// EVALUATIONS/NAME in the run's folder, by the name of the data set's.
fs::path default_folder(const EvaluateArguments& arguments) {
  const fs::path data = fs::canonical(arguments.data);
  return fs::path(arguments.run) / traffic::evaluations_name / data.filename();
}

void evaluate(const EvaluateArguments& arguments) {
  // Both are looked at before anything is written into the run's folder.
  (void)traffic::read_marker(arguments.run, traffic::ResultKind::run);
  (void)traffic::read_marker(arguments.data, traffic::ResultKind::data_set);
  const fs::path out = arguments.out.empty() ? default_folder(arguments) : fs::path(arguments.out);
  traffic::ResultFolder result(out, traffic::ResultKind::evaluation, arguments.force);
  const Evaluations evaluations = evaluate_all(arguments);
  const nlohmann::ordered_json what = about(arguments, evaluations);
  deep_packet::write_results(result.path(), evaluations.in_float, what);
  result.commit(what);
  deep_packet::print_results(std::cout, evaluations.in_float);
  if (!evaluations.in_bf16.empty()) {
    std::cout << '\n';
    deep_packet::print(std::cout, deep_packet::precision_table(deep_packet::pool(evaluations.in_float),
                                                               deep_packet::pool(evaluations.in_bf16)));
  }
  std::cout << '\n' << out.string() << ": the evaluation; report.html shows it\n";
}

}  // namespace

void add_evaluate(CLI::App& app) {
  auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* command = app.add_subcommand(
      "evaluate",
      "Evaluate a run on the test part of a data set\n\n"
      "The data set is the one that the run was trained on, or another one of the same task, masks and "
      "dropped "
      "protocols whose classes the run knows: prepare --all-test makes one of captures that were held out.");
  add_run(*command, arguments->run);
  add_path(*command, "--data", arguments->data, "Folder of a data set, written by prepare", "folder")
      ->required();
  add_path(*command, "--out", arguments->out,
           "Folder for the evaluation; without it RUN/evaluations/ and the name of the data set", "folder");
  add_batch(*command, arguments->batch);
  add_word(*command, "--precision", arguments->precision,
           Words<std::string>{{"float", "float"}, {"bf16", "bf16"}},
           "bf16: evaluate the model in products of bfloat16 numbers, too, and print the difference")
      ->default_str("float");
  add_force(*command, arguments->force);
  add_threads(*command);
  add_notes(*command,
            "Tables of precision, recall and F1 by class and of both classifiers; in the folder\n"
            "  metrics.csv      classifier, class, precision, recall, F1, packets, balanced precision,\n"
            "                   balanced F1\n"
            "  confusion.csv    a row per true class, a column per predicted one\n"
            "  metrics.json     all numbers, and what they came from\n"
            "  report.html      the tables and confusion.svg on a page\n"
            "  evaluation.json  marks a finished evaluation\n"
            "What the run holds stays as it is.",
            {"deep_packet evaluate --run RUN --data DATA",
             "deep_packet evaluate --run RUN --data HELD_OUT --out REPORT"});
  command->callback([arguments] { evaluate(*arguments); });
}
