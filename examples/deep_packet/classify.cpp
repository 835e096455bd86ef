#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/classification.hpp"
#include "deep_packet/options.hpp"
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
  for (const std::string& text : report.warnings) warn(text);
  traffic::require_known_link_type(arguments.file, report.counts);
  for (const std::string& line : traffic::describe_unknown_link_types(report.counts)) {
    warn(line);
  }
}

}  // namespace

void add_classify(CLI::App& app) {
  auto arguments = std::make_shared<ClassifyArguments>();
  CLI::App* command =
      app.add_subcommand("classify",
                         "Classify the packets of a capture: CSV with class and probability\n\n"
                         "Packets are made as those that the run was trained on, with the same masks, and "
                         "what was left out there is "
                         "left out here. Memory does not grow with the capture.");
  add_run(*command, arguments->run);
  add_capture(*command, arguments->file);
  add_batch(*command, arguments->batch);
  add_threads(*command);
  add_notes(*command,
            "CSV on standard output with the columns packet (its number in the capture, from 1), class and "
            "probability; a line about counts and rate on standard error.",
            {"deep_packet classify --run RUN capture.pcapng > classes.csv",
             "zcat capture.pcap.gz | deep_packet classify --run RUN -"});
  command->callback([arguments] { classify(*arguments); });
}
