#include <array>
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
#include "deep_packet/options.hpp"
#include "deep_packet/provenance.hpp"
#include "deep_packet/results.hpp"
#include "deep_packet/training.hpp"
#include "traffic/file.hpp"
#include "traffic/file_seal.hpp"
#include "traffic/prepare.hpp"
#include "traffic/result_folder.hpp"
#include "traffic/synthetic.hpp"
#include "traffic/text_table.hpp"

namespace {

namespace fs = std::filesystem;
using deep_packet::Evaluation;
using deep_packet::Table;
using traffic::ResultKind;
using traffic::SplitBy;
using traffic::Task;

// Sized so that all of it takes about four minutes on two cores: a step on one packet needs 0.18
// GFLOP for traffic types and 0.66 for applications. In so little time, small batches and learning rates get
// further than the defaults of `train`, the more so the wider the first Dense layer is.
struct Plan {
  Task task;
  const char* title;
  double max_ratio;  // of class sizes in the training part
  double learning_rate;
  double seconds;
};
constexpr std::array<Plan, 2> kPlans{
    {{Task::traffic, "Traffic types", 3, 1e-4, 50}, {Task::application, "Applications", 2, 5e-5, 70}}};
constexpr double kScale = 0.15;
constexpr ebb::Index kBatch = 16;
constexpr const char* kClassified = "facebook_video1a.pcap";

struct DemoArguments {
  std::string out = "deep_packet_demo";
  std::uint64_t seed = 0;
  bool force = false;
};

class Demo {
 public:
  explicit Demo(const DemoArguments& arguments) : out_(arguments.out), seed_(arguments.seed) {}

  void run(bool replace) {
    const auto start = std::chrono::steady_clock::now();
    // Its parts name each other by their paths, so they are made where they stay, each replaced as a whole.
    fs::create_directories(out_);
    const traffic::FolderLock lock(out_);
    traffic::require_free(out_, ResultKind::demo, replace);
    traffic::write_sealed(out_ / traffic::marker(ResultKind::demo), {{"seed", seed_}, {"finished", false}});
    synthesise();
    for (const Plan& plan : kPlans) {
      for (const SplitBy split : {SplitBy::packet, SplitBy::flow}) train(plan, split);
    }
    classify();
    const std::string note = closing_note(std::chrono::steady_clock::now() - start);
    std::cout << "\nResults on synthetic captures\n";
    deep_packet::print(std::cout, comparison_);
    std::cout << "  " << note << '\n';
    write_report(note);
    traffic::write_marker(out_, ResultKind::demo, {{"seed", seed_}});
    std::cout << '\n'
              << (out_ / "report.html").string() << ": all tables and figures\n"
              << (out_ / "runs").string() << ": weights, logs and metrics of the four networks\n"
              << (out_ / "classified.csv").string() << ": " << kClassified << ", packet by packet\n";
  }

 private:
  void synthesise() {
    std::size_t packets = 0;
    traffic::ResultFolder folder(out_ / "captures", ResultKind::captures, /*replace=*/true);
    const auto captures = traffic::write_synthetic_captures(folder.path(), {.seed = seed_, .scale = kScale});
    folder.commit({{"seed", seed_}, {"scale", kScale}});
    for (const traffic::SyntheticCapture& capture : captures) packets += capture.packets;
    std::cout << "Synthesised " << captures.size() << " captures with " << traffic::with_commas(packets)
              << " packets\n";
  }

  void train(const Plan& plan, SplitBy split) {
    const std::string name = std::string(traffic::name(plan.task)) + "-" + std::string(traffic::name(split));
    traffic::PrepareOptions options;
    options.captures = {out_ / "captures"};
    options.task = plan.task;
    options.out = out_ / "data" / name;
    options.split.by = split;
    options.split.max_ratio = plan.max_ratio;
    options.split.seed = seed_;
    options.replace = true;
    (void)traffic::prepare(options);
    const auto data = std::make_shared<const traffic::PacketDataset>(options.out);
    const auto classes = static_cast<ebb::Index>(data->classes().size());
    std::cout << '\n'
              << plan.title << ", " << traffic::described(split) << ": " << classes << " classes, "
              << traffic::with_commas(data->indices(traffic::Part::train).size())
              << " packets to train on, for about " << plan.seconds << " s" << std::endl;
    const fs::path folder = out_ / "runs" / name;
    const Evaluation evaluation =
        deep_packet::train_run(folder, {.data_folder = options.out,
                                        .data = data,
                                        .architecture = deep_packet::paper_cnn(plan.task, classes),
                                        .options = {.batch = kBatch,
                                                    .learning_rate = plan.learning_rate,
                                                    .max_seconds = plan.seconds,
                                                    .seed = seed_},
                                        .replace = true});
    if (split == SplitBy::flow) {
      deep_packet::print(std::cout, deep_packet::class_table(evaluation.confusion, data->classes()));
    }
    add_to_comparison(plan.task, evaluation);
    sections_.push_back(deep_packet::section_of(std::string(plan.title) + ", " + traffic::described(split),
                                                folder, {evaluation}));
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
    std::cout << "\nClassified " << kClassified << ": " << traffic::with_commas(kept) << " packets in "
              << deep_packet::fixed(report.seconds, 2) << " s\n";
  }

  [[nodiscard]] std::string closing_note(std::chrono::duration<double> taken) const {
    return "All of it took " + deep_packet::fixed(taken.count(), 0) + " s on " +
           deep_packet::processor_name() +
           ". Each network was trained for a set time only, not to its end (the learning curves show how far "
           "it got); "
           "and synthetic traffic is no real traffic.";
  }

  void write_report(const std::string& note) {
    deep_packet::ReportSection overview{.heading = "Packet split, flow split and port lookup side by side",
                                        .paragraphs = {note},
                                        .tables = {comparison_},
                                        .figures = {}};
    sections_.insert(sections_.begin(), std::move(overview));
    traffic::write_file(out_ / "report.html",
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
  CLI::App* command = app.add_subcommand("demo",
                                         "Show everything on synthetic captures, in a few minutes\n\n"
                                         "Synthesises captures, prepares data sets of them split by packet "
                                         "and by flow, trains the paper's CNN on each "
                                         "for about a minute, and writes a report.");
  add_path(*command, "--out", arguments->out, "Folder for captures, data sets, runs and the report",
           "folder");
  add_seed(*command, arguments->seed, "of captures, splits and weights");
  add_force(*command, arguments->force);
  add_threads(*command);
  add_notes(*command,
            "report.html with all tables and figures, captures/, data/, runs/, and classified.csv: a "
            "capture, packet "
            "by packet.",
            {"deep_packet demo", "deep_packet demo --out DEMO --force"});
  command->callback([arguments] { Demo(*arguments).run(arguments->force); });
}
