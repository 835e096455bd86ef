#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/classification.hpp"
#include "traffic/text_table.hpp"

namespace {

struct ClassifyArguments {
  std::string run;
  std::string file;
  ebb::Index batch = 128;
};

void classify(const ClassifyArguments& arguments) {
  const auto report = deep_packet::classify(arguments.run, arguments.file, std::cout, arguments.batch);
  const std::uint64_t kept = report.counts.of(traffic::Verdict::kept);
  std::fprintf(stderr, "%s packets classified of %s, %.2f s, %.0f packets/s\n",
               traffic::with_commas(kept).c_str(), traffic::with_commas(report.counts.packets).c_str(),
               report.seconds, static_cast<double>(kept) / report.seconds);
  const std::string skipped = traffic::skip_reasons(report.counts);
  if (!skipped.empty()) std::cerr << "skipped: " << skipped << '\n';
  if (!report.warning.empty()) std::cerr << "deep_packet: warning: " << report.warning << '\n';
  traffic::require_known_link_type(arguments.file, report.counts);
  for (const std::string& line : traffic::describe_unknown_link_types(report.counts)) {
    std::cerr << "deep_packet: warning: " << line << '\n';
  }
}

}  // namespace

void add_classify(CLI::App& app) {
  auto arguments = std::make_shared<ClassifyArguments>();
  CLI::App* command =
      app.add_subcommand("classify", "Classify the packets of a capture: CSV with class and probability");
  command->add_option("--run", arguments->run, "Folder of a run, written by train")->required();
  command->add_option("FILE", arguments->file, "Capture: pcap or pcapng, also compressed with gzip")
      ->required();
  command->add_option("--batch", arguments->batch, "Packets per step; changes no result")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_threads(*command);
  command->callback([arguments] { classify(*arguments); });
}
