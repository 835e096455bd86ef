#include "deep_packet/options.hpp"

#include <ebb/core/parallel.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "traffic/packet.hpp"
#include "traffic/text.hpp"
#include "traffic/text_table.hpp"

namespace {

constexpr std::uint64_t kMostThreads = ebb::max_threads;

// All of the text, or nothing.
template <class T>
std::optional<T> number_of(const std::string& text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

namespace detail {

void refuse(const std::string& option, const std::string& expected, const std::string& found) {
  throw CLI::ValidationError(option,
                             "expected " + expected + ", found '" + traffic::abbreviated(found) + "'");
}

std::string one_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

CLI::Option* add_text(CLI::App& command, const std::string& name,
                      std::function<void(const std::string&)> take, const std::string& text,
                      const std::string& type) {
  const auto take_one = [name, take = std::move(take)](const CLI::results_t& found) {
    if (found.size() > 1) throw CLI::ValidationError(name, "given more than once");
    take(found.front());
    return true;
  };
  return command.add_option(name, take_one, text)->type_name(type)->take_all();
}

}  // namespace detail

using detail::one_of;
using detail::refuse;

std::uint64_t parse_whole(const std::string& option, const std::string& text, const WholeRange& range) {
  const auto number = number_of<std::uint64_t>(text);
  if (!number || *number < range.least || *number > range.most) {
    refuse(option, "a whole number from " + describe(range), text);
  }
  return *number;
}

double parse_real(const std::string& option, const std::string& text, const RealRange& range) {
  const auto number = number_of<double>(text);
  const bool fits = number && *number >= range.least && *number <= range.most &&
                    !(range.above_least && *number == range.least);
  if (!fits)
    refuse(option, "a number " + std::string(range.above_least ? "" : "from ") + describe(range), text);
  return *number;
}

std::string describe(const WholeRange& range) { return shown(range.least) + " to " + shown(range.most); }

std::string describe(const RealRange& range) {
  return (range.above_least ? "above " : "") + shown(range.least) + " to " + shown(range.most);
}

std::string shown(double number) {
  constexpr double kMostWhole = 1e15;
  if (number == std::floor(number) && std::abs(number) < kMostWhole && number >= 0) {
    return shown(static_cast<std::uint64_t>(number));
  }
  std::ostringstream text;
  text << number;
  return text.str();
}

std::string shown(std::uint64_t number) { return traffic::with_commas(number); }

CLI::Option* add_path(CLI::App& command, const std::string& name, std::string& target,
                      const std::string& text, const std::string& type) {
  CLI::Option* option = detail::add_text(
      command, name,
      [&target, name, type](const std::string& found) {
        // "--out --force": more likely a name forgotten than a folder called --force.
        const bool is_option = found.starts_with('-') && found != "-";
        if (found.empty() || is_option) refuse(name, "the name of a " + type, found);
        target = found;
      },
      text, type);
  if (!target.empty()) option->default_str(target);
  return option;
}

CLI::Option* add_switch(CLI::App& command, const std::string& name, bool& target, const std::string& text) {
  return command.add_flag(name, target, text)->disable_flag_override();
}

CLI::Option* add_names(CLI::App& command, const std::string& name, std::vector<std::string>& target,
                       const std::vector<std::string>& known, const std::string& text) {
  const auto take = [name, &target, known](const CLI::results_t& lists) {
    for (const std::string& list : lists) {
      for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::string found = list.substr(at, end - at);
        if (std::find(known.begin(), known.end(), found) == known.end()) refuse(name, one_of(known), found);
        target.push_back(found);
        at = end + 1;
      }
    }
    return true;
  };
  return command.add_option(name, take, text)->type_name("NAME,...")->take_all();
}

void add_threads(CLI::App& command) {
  detail::add_text(
      command, "--threads",
      [](const std::string& text) {
        ebb::set_num_threads(static_cast<int>(parse_whole("--threads", text, {1, kMostThreads})));
      },
      "Threads to compute with; changes no result", describe(WholeRange{1, kMostThreads}))
      ->default_str("one per processor");
}

void add_batch(CLI::App& command, std::int64_t& batch) {
  add_number(command, "--batch", batch, WholeRange{1, most_batch}, "Packets per step; changes no result");
}

void add_seed(CLI::App& command, std::uint64_t& seed, const std::string& of_what) {
  add_number(command, "--seed", seed, WholeRange{}, "Seed " + of_what);
}

void add_run(CLI::App& command, std::string& run) {
  add_path(command, "--run", run, "Folder of a run, written by train", "folder")->required();
}

void add_drop(CLI::App& command, std::vector<std::string>& drop) {
  std::vector<std::string> known;
  for (const traffic::BackgroundProtocol& protocol : traffic::background_protocols)
    known.emplace_back(protocol.name);
  add_names(command, "--drop", drop, known, "Protocols to drop beside DNS: mdns, llmnr, netbios, dhcp, ssdp");
}

void add_capture(CLI::App& command, std::string& file) {
  add_path(command, "FILE", file, "Capture: pcap or pcapng, also compressed with gzip; - is standard input",
           "file")
      ->required();
}

void add_force(CLI::App& command, bool& replace) {
  add_switch(command, "--force", replace, "Replace what the folder holds, once the new is complete");
}

void add_notes(CLI::App& command, const std::string& output, const std::vector<std::string>& examples) {
  std::string notes =
      "What comes out\n" + output + "\nExit code: 0, or 1 after a line that says what is wrong.\n";
  notes += examples.size() == 1 ? "\nExample\n" : "\nExamples\n";
  for (const std::string& example : examples) notes += "  " + example + "\n";
  command.footer(notes);
}
