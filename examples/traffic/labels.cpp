#include "traffic/labels.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "traffic/ascii.hpp"
#include "traffic/capture.hpp"
#include "traffic/capture_search.hpp"
#include "traffic/class_folders.hpp"
#include "traffic/csv.hpp"
#include "traffic/iscx.hpp"
#include "traffic/manifest.hpp"
#include "traffic/real_path.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

// In their order: where a file is found in two ways, the earlier rule decides.
enum class Rule : std::uint8_t { manifest, folder, name, none };

struct Found {
  LabelledCapture capture;
  Rule rule = Rule::none;
  std::string origin{};  // where the class is written
};

// The second way to the same file.
void merge(Found& first, Found second) {
  const LabelledCapture& a = first.capture;
  const LabelledCapture& b = second.capture;
  if (first.rule == second.rule && !a.label.empty() && !b.label.empty() && a.label != b.label) {
    throw ebb::Error("captures", "expected one class per file, found " + abbreviated(a.label) + " (" +
                                     a.path.string() + ") and " + abbreviated(b.label) + " (" +
                                     b.path.string() + ") for the same file");
  }
  if (second.rule < first.rule || (second.rule == first.rule && a.label.empty())) first = std::move(second);
}

std::vector<fs::path> folders_of_file(const fs::path& file) {
  const fs::path beside = file.has_parent_path() ? file.parent_path() : ".";
  const fs::path real = real_path(file).parent_path();
  return {beside, beside / "..", real, real.parent_path()};
}

std::vector<fs::path> folders_upwards(const fs::path& root, const fs::path& relative) {
  std::vector<fs::path> folders{root};
  for (const fs::path& step : relative.parent_path()) folders.push_back(folders.back() / step);
  std::reverse(folders.begin(), folders.end());
  return folders;
}

class Labeller {
 public:
  explicit Labeller(Task task) : task_(task) {}

  void add(const fs::path& given) {
    if (is_standard_input(given)) return add_capture("-", {}, {"", "read from standard input"});
    if (is_read_once(given)) return add_file(given);
    std::error_code error;
    const fs::file_type type = fs::status(given, error).type();
    if (type == fs::file_type::directory) return add_folder(given);
    if (type == fs::file_type::not_found) {
      throw ebb::Error("captures", given.string() + ": no such file or folder");
    }
    if (error) throw ebb::Error("captures", given.string() + ": cannot be read: " + error.message());
    Capture checked(given);  // says what is wrong with it
    add_file(given);
  }

  CaptureList finish() {
    CaptureList list;
    ClassSpellings spellings;
    std::map<std::string, std::vector<std::string>> unspoken_of;  // by reason
    for (auto& [real, found] : found_) {
      LabelledCapture& capture = found.capture;
      if (!capture.label.empty()) {
        spellings.add(capture.label, found.origin);
      } else if (found.rule == Rule::none) {
        unspoken_of[capture.reason].push_back(capture.path.string());
      }
      list.captures.push_back(std::move(capture));
    }
    for (const auto& [reason, names] : unspoken_of) {
      warnings_.push_back(std::to_string(names.size()) + (names.size() == 1 ? " capture" : " captures") +
                          " without a class (" + reason + "): " + first_names(names));
    }
    std::sort(list.captures.begin(), list.captures.end(),
              [](const LabelledCapture& a, const LabelledCapture& b) { return a.path < b.path; });
    // A folder that is given twice warns twice.
    std::sort(warnings_.begin(), warnings_.end());
    warnings_.erase(std::unique(warnings_.begin(), warnings_.end()), warnings_.end());
    list.warnings = std::move(warnings_);
    return list;
  }

 private:
  void add_file(const fs::path& file) {
    add_capture(file, folders_of_file(file), {"", "not in a given folder"});
  }

  void add_folder(const fs::path& folder) {
    FoundCaptures found = search_folder(folder);
    std::move(found.warnings.begin(), found.warnings.end(), std::back_inserter(warnings_));
    const ClassFolders classes(found.captures, task_);
    for (const fs::path& relative : found.captures) {
      add_capture(folder / relative, folders_upwards(folder, relative), classes.of(relative));
    }
  }

  void add_capture(const fs::path& path, const std::vector<fs::path>& folders,
                   const ClassFolders::Place& place) {
    const fs::path real = is_standard_input(path) ? path : real_path(path);
    Found found{.capture = {.path = path, .size = capture_size(path), .label = "", .reason = ""}};
    if (const Manifest* manifest = nearest_manifest(folders)) {
      label_by_manifest(found, *manifest, real);
    } else if (!place.folder.empty()) {
      label_by_folder(found, place.folder);
    } else {
      label_by_name(found, place);
    }
    const auto [known, is_new] = found_.try_emplace(real, found);
    if (!is_new) merge(known->second, std::move(found));
  }

  const Manifest* nearest_manifest(const std::vector<fs::path>& folders) {
    for (const fs::path& folder : folders) {
      const auto [entry, is_new] = manifests_.try_emplace(real_path(folder));
      if (is_new) {
        entry->second = Manifest::in(folder);
        if (entry->second) warn_of_missing(*entry->second);
      }
      if (entry->second) return &*entry->second;
    }
    return nullptr;
  }

  void warn_of_missing(const Manifest& manifest) {
    if (manifest.missing().empty()) return;
    warnings_.push_back(manifest.path().string() + ": " + std::to_string(manifest.missing().size()) +
                        " of its " + std::to_string(manifest.size()) +
                        " files are not there: " + first_names(manifest.missing()));
  }

  void label_by_manifest(Found& found, const Manifest& manifest, const fs::path& real) const {
    found.rule = Rule::manifest;
    const Manifest::Entry* entry = manifest.find(real);
    if (!entry) {
      found.capture.reason = "not in its manifest.csv";
    } else if (task_ == Task::application && !manifest.has_applications()) {
      found.capture.reason = "its manifest.csv has no column 'application'";
    } else {
      found.origin = at_line(manifest.path(), entry->line);
      set_label(found.capture, task_ == Task::application ? entry->application : entry->traffic,
                "its manifest.csv gives it no class");
    }
  }

  void label_by_folder(Found& found, const std::string& folder) const {
    found.rule = Rule::folder;
    found.origin = "the folder " + found.capture.path.parent_path().string();
    const IscxCapture* iscx = find_iscx_capture(found.capture.path);
    const std::string_view named = iscx ? class_of(*iscx) : "";
    if (!named.empty() && named != class_name(task_, folder)) {
      found.capture.reason = "its folder and its ISCX name are of different classes";
    } else {
      set_label(found.capture, folder, "the name of its folder is blank");
    }
  }

  void label_by_name(Found& found, const ClassFolders::Place& place) const {
    LabelledCapture& capture = found.capture;
    const IscxCapture* iscx = find_iscx_capture(capture.path);
    if (!iscx) {
      capture.reason = "no manifest.csv, " + place.why_none + ", no ISCX name";
      return;
    }
    found.rule = Rule::name;
    found.origin = "the name of " + capture.path.string();
    capture.label = class_of(*iscx);
    if (capture.label.empty()) {
      capture.reason = task_ == Task::application ? "a VPN capture belongs to no application"
                                                  : "a Tor capture has no traffic type";
    }
  }

  [[nodiscard]] std::string_view class_of(const IscxCapture& capture) const {
    return task_ == Task::application ? capture.application : capture.traffic;
  }

  void set_label(LabelledCapture& capture, const std::string& written, const char* why_blank) const {
    if (without_blanks_around(written).empty()) {
      capture.reason = why_blank;
    } else if (task_ == Task::traffic && is_other(written)) {
      capture.reason = "class Other is no traffic type";
    } else {
      capture.label = class_name(task_, written);
    }
  }

  Task task_;
  std::map<fs::path, Found> found_;                        // by real_path
  std::map<fs::path, std::optional<Manifest>> manifests_;  // by real_path of the folder
  std::vector<std::string> warnings_;
};

}  // namespace

const std::string_view label_rules =
    R"(How a capture gets its class: by the first of these rules that speaks of it.
  1. manifest.csv beside the capture or in the nearest folder above it, up to the folder given; for
     a capture given by name, beside it or one folder up. The columns, named in the first line and
     separated by commas: file (seen from the manifest), class, and for --task app application. A
     capture that the manifest does not list has no class. 'Other' is no type of traffic.
  2. The folder: FOLDER/Class/capture, where FOLDER is given. Neither deeper nor directly in FOLDER,
     nor where a folder has the name of a class of the other task.
  3. The file's name, where it is that of a capture of ISCX VPN-nonVPN (aim_chat_3a.pcap).
Captures without a class are counted, listed with the reason, and not used. Nothing is guessed: a
manifest.csv that is not understood is an error, and so are a file with two classes and a class in
two spellings ('Web Mail', 'webmail'). Links are followed; each file counts once.
)";

CaptureList find_captures(const std::vector<fs::path>& files_and_folders, Task task) {
  Labeller labeller(task);
  for (const fs::path& path : files_and_folders) labeller.add(path);
  return labeller.finish();
}

}  // namespace traffic
