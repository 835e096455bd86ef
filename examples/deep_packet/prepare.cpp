#include "traffic/prepare.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/files.hpp"
#include "deep_packet/options.hpp"
#include "traffic/text.hpp"
#include "traffic/text_table.hpp"

namespace {

using deep_packet::fixed;
using traffic::CaptureReport;
using traffic::ClassPlan;
using traffic::Part;
using traffic::PartSizes;
using traffic::PrepareReport;
using traffic::SplitBy;
using traffic::TextTable;
using traffic::Verdict;
using traffic::with_commas;

constexpr std::uint64_t kLeastApplicationPackets = 200;

struct PrepareArguments {
  traffic::PrepareOptions options;
  std::vector<std::string> captures;
  std::string out;
  std::vector<std::string> mask;
  std::optional<std::uint64_t> min_packets;
  bool all_test = false;
};

std::string number(const PartSizes& sizes, Part part) {
  return with_commas(sizes[static_cast<std::size_t>(part)]);
}

void print_counts(const PrepareReport& report) {
  struct Group {
    traffic::PacketCounts counts;
    std::size_t captures = 0;
    std::uint64_t flows = 0;
  };
  std::map<std::string, Group> by_label;
  Group all;
  for (const CaptureReport& capture : report.captures) {
    for (Group* group : {&by_label[capture.capture.label], &all}) {
      group->counts += capture.counts;
      ++group->captures;
      group->flows += capture.flows;
    }
  }
  TextTable table({"label", "captures", "packets", "IPv4 TCP", "IPv4 UDP", "no payload", "DNS", "skipped",
                   "kept", "flows"});
  const auto add = [&table](const std::string& label, const Group& group) {
    const traffic::PacketCounts& counts = group.counts;
    table.add({label, with_commas(group.captures), with_commas(counts.packets), with_commas(counts.ipv4_tcp),
               with_commas(counts.ipv4_udp), with_commas(counts.of(Verdict::dropped_tcp_no_payload)),
               with_commas(counts.of(Verdict::dropped_dns)), with_commas(counts.skipped()),
               with_commas(counts.of(Verdict::kept)), with_commas(group.flows)});
  };
  for (const ClassPlan& plan : report.plan.classes) add(plan.name, by_label[plan.name]);
  if (by_label.contains("")) add("(none)", by_label[""]);
  add("all", all);
  std::cout << "\nPackets\n";
  table.print(std::cout);

  const std::string skipped = traffic::skip_reasons(all.counts);
  if (!skipped.empty()) std::cout << "  skipped: " << skipped << '\n';
  for (const std::string& line : traffic::describe_unknown_link_types(all.counts)) {
    std::cout << "  " << line << '\n';
  }
}

void print_classes(const PrepareReport& report) {
  const traffic::SplitOptions& split = report.options.split;
  for (int fold = 0; fold < split.folds; ++fold) {
    std::cout << "\nClass sizes, " << traffic::described(split.by);
    if (split.folds > 1) std::cout << ", fold " << fold << " of " << split.folds;
    std::cout << '\n';
    TextTable table({"class", "captures", "flows", "train", "balanced", "validation", "test"});
    for (const ClassPlan& plan : report.plan.classes) {
      if (!plan.why_left_out.empty()) continue;
      PartSizes sizes = plan.folds[static_cast<std::size_t>(fold)];
      const std::string balanced = number(sizes, Part::train);
      sizes[static_cast<std::size_t>(Part::train)] += sizes[static_cast<std::size_t>(Part::train_unused)];
      table.add({plan.name, with_commas(plan.captures), with_commas(plan.flows), number(sizes, Part::train),
                 balanced, number(sizes, Part::validation), number(sizes, Part::test)});
    }
    table.print(std::cout);
    const traffic::SharedWithTraining& shared = report.shared[static_cast<std::size_t>(fold)];
    std::cout << "  byte for byte also in training: " << with_commas(shared.validation) << " of validation, "
              << with_commas(shared.test) << " of test\n";
  }
  std::cout << "  packets with the bytes of an earlier one: " << with_commas(report.duplicates) << " of "
            << with_commas(report.packets) << (report.options.dedupe ? ", removed" : "") << '\n';
}

// Names under one reason, as many to a line as fit.
void print_names_in_lines(const std::string& reason, const std::vector<std::string>& names) {
  constexpr std::size_t kWidth = 110;
  std::cout << "  " << reason << " (" << names.size() << "):\n";
  std::string line = "   ";
  for (const std::string& unknown : names) {
    const std::string name = traffic::printable(unknown);
    if (line.size() + name.size() + 2 > kWidth) {
      std::cout << line << '\n';
      line = "   ";
    }
    line += " " + name + (&unknown == &names.back() ? "" : ",");
  }
  std::cout << line << '\n';
}

void print_left_out(const PrepareReport& report) {
  std::map<std::string, std::vector<std::string>> classes;
  std::map<std::string, std::vector<std::string>> captures;
  for (const ClassPlan& plan : report.plan.classes) {
    if (plan.why_left_out.empty()) continue;
    classes[plan.why_left_out].push_back(plan.name + " " + with_commas(plan.packets));
  }
  for (const CaptureReport& capture : report.captures) {
    if (capture.capture.label.empty())
      captures[capture.capture.reason].push_back(capture.capture.path.string());
  }
  if (!classes.empty()) std::cout << "\nClasses left out, with their packets\n";
  for (const auto& [reason, names] : classes) print_names_in_lines(reason, names);
  if (!captures.empty()) std::cout << "\nCaptures left out\n";
  for (const auto& [reason, names] : captures) print_names_in_lines(reason, names);
}

void print(const PrepareReport& report) {
  print_counts(report);
  print_classes(report);
  print_left_out(report);
  for (const std::string& warning : report.warnings) warn(warning);
}

// Where too few classes are left, the tables say why.
PrepareReport prepare_and_print(const traffic::PrepareOptions& options) {
  try {
    PrepareReport report = traffic::prepare(options);
    print(report);
    return report;
  } catch (const traffic::TooFewClasses& error) {
    print(error.report);
    throw;
  }
}

void run(const PrepareArguments& arguments) {
  traffic::PrepareOptions options = arguments.options;
  options.captures.assign(arguments.captures.begin(), arguments.captures.end());
  options.out = arguments.out;
  options.mask = traffic::parse_mask(arguments.mask);
  if (arguments.all_test) options.split.by = SplitBy::none;
  const bool choosy = options.task == traffic::Task::application && !arguments.all_test;
  options.split.min_packets = arguments.min_packets.value_or(choosy ? kLeastApplicationPackets : 0);

  const PrepareReport report = prepare_and_print(options);
  const auto stays = [](const ClassPlan& plan) { return plan.why_left_out.empty(); };
  const auto classes = std::count_if(report.plan.classes.begin(), report.plan.classes.end(), stays);
  std::uint64_t packets = 0;
  for (const CaptureReport& capture : report.captures) packets += capture.counts.packets;
  const double rate = static_cast<double>(packets) / report.seconds;
  const double byte_rate = static_cast<double>(report.capture_bytes) / report.seconds;
  std::cout << '\n'
            << traffic::printable(options.out.string()) << ": " << with_commas(report.packets)
            << " packets of " << classes << " classes in " << fixed(report.seconds, 1) << " s ("
            << fixed(rate / 1e6, 2) << " M packets/s, " << fixed(byte_rate / 1e6, 0) << " MB/s), hash "
            << report.data_hash << '\n';
}

}  // namespace

void add_prepare(CLI::App& app) {
  auto arguments = std::make_shared<PrepareArguments>();
  traffic::PrepareOptions& options = arguments->options;
  constexpr std::uint64_t kMostPackets = 1'000'000'000'000'000'000;
  CLI::App* command = app.add_subcommand(
      "prepare",
      "Turn captures into a data set: vectors, labels and splits\n\n"
      "Reads captures (pcap or pcapng, also compressed with gzip), keeps the packets that carry something, "
      "and writes "
      "their vectors with labels and the parts they belong to: training, validation, test.\n\n" +
          std::string(traffic::label_rules));
  command
      ->add_option("CAPTURES", arguments->captures, "Capture files and folders of them; - is standard input")
      ->required()
      ->type_name("PATH")
      ->check([](const std::string& path) {
        return path.empty() ? "expected the name of a file or folder, found ''" : "";
      });
  add_word(*command, "--task", options.task,
           Words<traffic::Task>{{"app", traffic::Task::application}, {"traffic", traffic::Task::traffic}},
           "What is told apart: applications or types of traffic")
      ->required();
  add_path(*command, "--out", arguments->out, "Folder for the data set", "folder")->required();
  CLI::Option* split = add_word(
      *command, "--split", options.split.by,
      Words<SplitBy>{{"flow", SplitBy::flow}, {"packet", SplitBy::packet}, {"capture", SplitBy::capture}},
      "What stays together on one side of the split. The paper split by packet, which puts packets of one "
      "conversation on both sides");
  split->default_str("flow");
  CLI::Option* folds =
      add_number(*command, "--folds", options.split.folds, WholeRange{1, traffic::most_folds},
                 "Rounds of cross-validation; 1 is a plain split into 64, 16 and 20 %");
  add_switch(*command, "--all-test", arguments->all_test,
             "No split: all packets are to test with, for a data set that a run is evaluated on")
      ->excludes(split)
      ->excludes(folds);
  add_names(*command, "--mask", arguments->mask, traffic::mask_names(),
            "Set to zero beside the addresses: ports, checksums, ip-id, seq, window, timestamps, sni");
  add_drop(*command, options.drop);
  add_switch(*command, "--dedupe", options.dedupe, "Of packets with equal bytes, use only the first");
  add_word(*command, "--balance", options.split.undersample,
           Words<bool>{{"undersample", true}, {"none", false}},
           "What is done about classes of different size in the training part")
      ->default_str("undersample");
  add_number(*command, "--max-ratio", options.split.max_ratio, RealRange{1, 1e9},
             "Largest class to smallest after undersampling");
  add_number(*command, "--min-packets", arguments->min_packets, WholeRange{0, kMostPackets},
             "Leave out classes with fewer packets; without it 200 for applications, else 0");
  add_seed(*command, options.split.seed, "of the split; the same one gives the same bytes");
  add_force(*command, options.replace);
  add_notes(
      *command,
      "Tables of what was read, of the sizes of classes and of what was left out, and why; in the folder\n"
      "  packets.bin   the vectors without the zeros at their ends\n"
      "  index.bin     where each begins, with its class, flow and capture\n"
      "  split.bin     the part of each packet; of several folds fold0.bin, fold1.bin, ...\n"
      "  prepare.json  classes, options, captures and counts; marks a finished data set",
      {"deep_packet prepare CAPTURES --task traffic --out DATA",
       "deep_packet prepare CAPTURES --task app --split packet --mask ports,sni --out DATA",
       "deep_packet prepare HELD_OUT --task traffic --all-test --out HELD_OUT_DATA"});
  command->callback([arguments] { run(*arguments); });
}
