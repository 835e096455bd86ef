#include <cstddef>
#include <iostream>
#include <memory>
#include <set>
#include <string>

#include <CLI/CLI.hpp>

#include "../traffic/synthetic.hpp"
#include "commands.hpp"

namespace {

struct SynthArguments {
  std::string directory;
  traffic::SyntheticOptions options;
};

void synth(const SynthArguments& arguments) {
  std::size_t packets = 0;
  std::set<std::string> applications, traffic_classes;
  const auto captures = traffic::write_synthetic_captures(arguments.directory, arguments.options);
  for (const traffic::SyntheticCapture& capture : captures) {
    packets += capture.packets;
    if (!capture.application.empty()) applications.insert(capture.application);
    if (!capture.traffic_class.empty()) traffic_classes.insert(capture.traffic_class);
  }
  std::cout << arguments.directory << ": " << captures.size() << " captures, " << packets << " packets, "
            << applications.size() << " applications, " << traffic_classes.size() << " traffic classes\n";
}

}  // namespace

void add_synth(CLI::App& app) {
  auto arguments = std::make_shared<SynthArguments>();
  CLI::App* command =
      app.add_subcommand("synth", "Write synthetic captures of all applications and traffic classes");
  command->add_option("--out", arguments->directory, "Directory for the captures")->required();
  command->add_option("--seed", arguments->options.seed, "Seed; the same seed gives the same bytes")
      ->capture_default_str();
  command->add_option("--scale", arguments->options.scale, "Amount of traffic, 1 is about 25,000 packets")
      ->capture_default_str();
  command->callback([arguments] { synth(*arguments); });
}
