#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/options.hpp"
#include "traffic/capture.hpp"
#include "traffic/capture_search.hpp"
#include "traffic/iscx.hpp"
#include "traffic/real_path.hpp"
#include "traffic/text_table.hpp"

namespace {

namespace fs = std::filesystem;

struct FoundFile {
  fs::path path;
  std::uint64_t size = 0;
};

struct Group {
  std::size_t expected = 0;
  std::size_t found = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> missing;
};

std::string megabytes(std::uint64_t bytes) {
  return traffic::with_commas((bytes + 500'000) / 1'000'000) + " MB";
}

// "Skype, VoIP": a group has one application and one traffic type.
std::string group_name(const traffic::IscxCapture& capture) {
  if (capture.application.empty()) return std::string(capture.traffic);
  if (capture.traffic.empty()) return std::string(capture.application);
  return std::string(capture.application) + ", " + std::string(capture.traffic);
}

void check(const fs::path& folder) {
  const traffic::FoundCaptures searched = traffic::search_folder(folder);
  // By real path: a file counts once, under an ISCX name if it has one.
  std::map<fs::path, fs::path> found_as;
  for (const fs::path& capture : searched.captures) {
    const auto [known, is_new] = found_as.try_emplace(traffic::real_path(folder / capture), folder / capture);
    if (!is_new && !traffic::find_iscx_capture(known->second)) known->second = folder / capture;
  }
  std::map<std::string, std::vector<FoundFile>> by_name;
  std::vector<std::string> unknown;
  std::uint64_t unknown_bytes = 0;
  for (const auto& [real, path] : found_as) {
    const std::uint64_t size = traffic::capture_size(path);
    if (const traffic::IscxCapture* iscx = traffic::find_iscx_capture(path)) {
      by_name[iscx->name].push_back({path, size});
    } else {
      unknown.push_back(path.string() + "  " + megabytes(size));
      unknown_bytes += size;
    }
  }

  std::vector<std::string> order;
  std::map<std::string, Group> groups;
  std::vector<std::string> twice;
  std::size_t found = 0;
  std::uint64_t bytes = 0;
  for (const traffic::IscxCapture& iscx : traffic::iscx_captures()) {
    Group& group = groups[group_name(iscx)];
    if (group.expected++ == 0) order.push_back(group_name(iscx));
    const auto there = by_name.find(iscx.name);
    if (there == by_name.end()) {
      group.missing.push_back(iscx.name);
      continue;
    }
    ++group.found;
    ++found;
    for (const FoundFile& file : there->second) group.bytes += file.size;
    for (const FoundFile& file : there->second) bytes += file.size;
    if (there->second.size() > 1) {
      for (const FoundFile& file : there->second) twice.push_back(file.path.string());
    }
  }

  std::cout << folder.string() << ": " << found << " of the " << traffic::iscx_captures().size()
            << " captures of ISCX VPN-nonVPN that have a class, " << megabytes(bytes) << "; "
            << unknown.size() << " captures whose names no rule labels, " << megabytes(unknown_bytes)
            << "\n\n";
  traffic::TextTable table({"class", "found", "of", "size"});
  std::vector<std::string> missing;
  for (const std::string& name : order) {
    const Group& group = groups[name];
    table.add({name, std::to_string(group.found), std::to_string(group.expected), megabytes(group.bytes)});
    missing.insert(missing.end(), group.missing.begin(), group.missing.end());
  }
  table.print(std::cout);
  print_names("missing", missing);
  std::sort(unknown.begin(), unknown.end());
  print_names("labelled by no file name", unknown);
  print_names("more than one file of a name", twice);
  for (const std::string& warning : searched.warnings) warn(warning);
}

}  // namespace

void add_check(CLI::App& app) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "check",
      "Show which captures of ISCX VPN-nonVPN are in a folder\n\n"
      "Searches a folder and its subfolders for the captures of the data set ISCX VPN-nonVPN 2016 by their "
      "file "
      "names, and says which are missing, which are there more than once and which captures it cannot name.");
  add_path(*command, "DIR", *folder, "Folder, searched with its subfolders", "folder")->required();
  add_notes(*command, "A table of the classes, then lists of file names.", {"deep_packet check CAPTURES"});
  command->callback([folder] { check(*folder); });
}
