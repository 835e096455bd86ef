#include <cstddef>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/options.hpp"
#include "traffic/iscx.hpp"
#include "traffic/result_folder.hpp"
#include "traffic/synthetic.hpp"
#include "traffic/text_table.hpp"

namespace {

struct SynthArguments {
  std::string directory;
  traffic::SyntheticOptions options;
  bool force = false;
};

void synth(const SynthArguments& arguments) {
  traffic::ResultFolder folder(arguments.directory, traffic::ResultKind::captures, arguments.force);
  const auto captures = traffic::write_synthetic_captures(folder.path(), arguments.options);
  folder.commit({{"seed", arguments.options.seed}, {"scale", arguments.options.scale}});
  std::size_t packets = 0;
  std::set<std::string_view> applications, types;
  for (const traffic::SyntheticCapture& capture : captures) {
    packets += capture.packets;
    const traffic::IscxCapture* labels = traffic::find_iscx_capture(capture.file);
    if (!labels->application.empty()) applications.insert(labels->application);
    if (!labels->traffic.empty()) types.insert(labels->traffic);
  }
  std::cout << arguments.directory << ": " << captures.size() << " captures, "
            << traffic::with_commas(packets) << " packets, " << applications.size() << " applications, "
            << types.size() << " traffic types\n";
}

}  // namespace

void add_synth(CLI::App& app) {
  auto arguments = std::make_shared<SynthArguments>();
  CLI::App* command = app.add_subcommand(
      "synth",
      "Write synthetic captures of all applications and traffic classes\n\n"
      "A capture for every file name that ISCX VPN-nonVPN 2016 labels: real protocol structure with random "
      "content, "
      "to try the other commands on. Synthetic traffic proves nothing about real traffic.");
  add_path(*command, "--out", arguments->directory, "Folder for the captures", "folder")->required();
  add_seed(*command, arguments->options.seed, "of the traffic; the same one gives the same bytes");
  add_number(*command, "--scale", arguments->options.scale, RealRange{0, 1'000, true},
             "Amount of traffic, 1 is about 35,000 packets");
  add_force(*command, arguments->force);
  add_notes(*command, "150 files NAME.pcap, and synth.json, which lists them with their checksums.",
            {"deep_packet synth --out CAPTURES --scale 0.1"});
  command->callback([arguments] { synth(*arguments); });
}
