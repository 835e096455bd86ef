#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/classification.hpp"
#include "deep_packet/files.hpp"
#include "deep_packet/provenance.hpp"
#include "deep_packet/results.hpp"
#include "deep_packet/training.hpp"
#include "traffic/prepare.hpp"
#include "traffic/synthetic.hpp"
#include "traffic/text_table.hpp"

namespace {

namespace fs = std::filesystem;
using deep_packet::Evaluation;
using deep_packet::Table;
using traffic::SplitBy;
using traffic::Task;

// Sized so that the whole demonstration takes some three minutes on two cores of 2020's kind: the CNN for
// applications needs 0.66 GFLOP for a step on one packet, that for traffic types 0.18.
constexpr double kScale = 0.3;
constexpr double kMaxRatio = 3;
constexpr ebb::Index kBatch = 32;  // more steps from few packets than the 128 of `train`
constexpr double kApplicationSeconds = 45;
constexpr double kTrafficSeconds = 22;
constexpr const char* kClassified = "facebook_video1a.pcap";

struct DemoArguments {
  std::string out = "deep_packet_demo";
  std::uint64_t seed = 0;
};

class Demo {
 public:
  explicit Demo(const DemoArguments& arguments) : out_(arguments.out), seed_(arguments.seed) {}

  void run() {
    const auto start = std::chrono::steady_clock::now();
    synthesise();
    for (const Task task : {Task::traffic, Task::application}) {
      for (const SplitBy split : {SplitBy::packet, SplitBy::flow}) train(task, split);
    }
    classify();
    const std::string note = closing_note(std::chrono::steady_clock::now() - start);
    std::cout << "\nResults on synthetic captures\n";
    deep_packet::print(std::cout, comparison_);
    std::cout << "  " << note << '\n';
    write_report(note);
    std::cout << '\n'
              << (out_ / "report.html").string() << ": all tables and figures\n"
              << (out_ / "runs").string() << ": weights, logs and metrics of the four networks\n"
              << (out_ / "classified.csv").string() << ": " << kClassified << ", packet by packet\n";
  }

 private:
  void synthesise() {
    std::size_t packets = 0;
    const auto captures =
        traffic::write_synthetic_captures(out_ / "captures", {.seed = seed_, .scale = kScale});
    for (const traffic::SyntheticCapture& capture : captures) packets += capture.packets;
    std::cout << "Synthesised " << captures.size() << " captures with " << traffic::with_commas(packets)
              << " packets\n";
  }

  void train(Task task, SplitBy split) {
    const std::string name = std::string(traffic::name(task)) + "-" + std::string(traffic::name(split));
    traffic::PrepareOptions options;
    options.captures = {out_ / "captures"};
    options.task = task;
    options.out = out_ / "data" / name;
    options.split.by = split;
    options.split.max_ratio = kMaxRatio;
    options.split.seed = seed_;
    (void)traffic::prepare(options);
    const auto data = std::make_shared<const traffic::PacketDataset>(options.out);
    const auto classes = static_cast<ebb::Index>(data->classes().size());
    const double seconds = task == Task::application ? kApplicationSeconds : kTrafficSeconds;
    std::cout << '\n'
              << (task == Task::application ? "Applications" : "Traffic types") << ", split by "
              << traffic::name(split) << ": training on "
              << traffic::with_commas(data->indices(traffic::Part::train).size()) << " packets of " << classes
              << " classes for at most about " << seconds << " s" << std::endl;
    const fs::path folder = out_ / "runs" / name;
    const Evaluation evaluation =
        deep_packet::train_run(folder, options.out, data, 0, deep_packet::paper_cnn(task, classes),
                               {.batch = kBatch, .max_seconds = seconds, .seed = seed_});
    if (split == SplitBy::flow)
      deep_packet::print(std::cout, deep_packet::class_table(evaluation.confusion, data->classes()));
    add_to_comparison(task, evaluation);
    sections_.push_back(deep_packet::section_of(name, folder, {evaluation}));
  }

  void add_to_comparison(Task task, const Evaluation& evaluation) {
    Table table = deep_packet::headline_table(evaluation);
    for (std::vector<std::string>& row : table) {
      const bool heads = &row == &table.front();
      if (heads && !comparison_.empty()) continue;
      row.insert(row.begin(), heads ? "split" : std::string(traffic::name(evaluation.split)));
      row.insert(row.begin(), heads ? "task" : std::string(traffic::name(task)));
      comparison_.push_back(row);
    }
  }

  void classify() {
    std::ofstream out(out_ / "classified.csv");
    const auto report =
        deep_packet::classify(out_ / "runs" / "traffic-flow", out_ / "captures" / kClassified, out);
    const std::uint64_t kept = report.counts.of(traffic::Verdict::kept);
    std::cout << "\nClassified " << kClassified << ": " << kept << " packets in "
              << deep_packet::fixed(report.seconds, 2) << " s\n";
  }

  [[nodiscard]] std::string closing_note(std::chrono::duration<double> taken) const {
    return "Trained for a set time only, on " + deep_packet::processor_name() +
           "; these networks are not trained to their end, and synthetic traffic is no real traffic. All of "
           "it took " +
           deep_packet::fixed(taken.count(), 0) + " s.";
  }

  void write_report(const std::string& note) {
    deep_packet::ReportSection overview{.heading = "Packet split, flow split and port lookup side by side",
                                        .paragraphs = {note},
                                        .tables = {comparison_},
                                        .figures = {}};
    sections_.insert(sections_.begin(), std::move(overview));
    deep_packet::write_file(out_ / "report.html",
                            deep_packet::report_html("Deep Packet on synthetic captures", sections_));
  }

  fs::path out_;
  std::uint64_t seed_;
  Table comparison_;
  std::vector<deep_packet::ReportSection> sections_;
};

}  // namespace

void add_demo(CLI::App& app) {
  auto arguments = std::make_shared<DemoArguments>();
  CLI::App* command = app.add_subcommand("demo", "Show everything on synthetic captures, in a few minutes");
  command->add_option("--out", arguments->out, "Folder for captures, data sets, runs and the report")
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "Seed of captures, splits and weights")
      ->capture_default_str();
  add_threads(*command);
  command->callback([arguments] { Demo(*arguments).run(); });
}
