#include "traffic/labels.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "traffic/capture.hpp"
#include "traffic/iscx.hpp"
#include "traffic/manifest.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOther = "Other";

std::string letters_and_digits(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (std::isalnum(code)) result += static_cast<char>(std::tolower(code));
  }
  return result;
}

const std::vector<std::string>& iscx_classes(Task task) {
  return task == Task::application ? iscx_applications() : iscx_traffic_types();
}

bool is_iscx_class(Task task, std::string_view written) {
  const std::vector<std::string>& known = iscx_classes(task);
  return std::find(known.begin(), known.end(), class_name(task, written)) != known.end();
}

bool is_named_like_capture(const fs::path& file) {
  fs::path name = file.filename();
  if (name.extension() == ".gz") name = name.stem();
  const fs::path extension = name.extension();
  return extension == ".pcap" || extension == ".pcapng" || extension == ".cap";
}

class Labeller {
 public:
  Labeller(Task task, CaptureList& list) : task_(task), list_(list) {}

  void add_file(const fs::path& file) {
    Capture checked(file);  // says what is wrong with it
    const fs::path beside = file.parent_path();
    add(file, {beside, beside / ".."}, "not in a given folder");
  }

  void add_folder(const fs::path& folder) {
    std::vector<fs::path> captures;
    for (const fs::directory_entry& entry :
         fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
      if (!entry.is_regular_file()) continue;
      if (is_capture(entry.path())) {
        captures.push_back(entry.path());
      } else if (is_named_like_capture(entry.path())) {
        list_.warnings.push_back(entry.path().string() + ": named like a capture, but its content is none");
      }
    }
    const std::string why_no_class_folders = check_class_folders(folder, captures);
    for (const fs::path& capture : captures) {
      std::vector<fs::path> upwards{folder};
      const fs::path between = capture.parent_path().lexically_relative(folder);
      for (const fs::path& step : between) {
        if (step != ".") upwards.push_back(upwards.back() / step);
      }
      add(capture, {upwards.rbegin(), upwards.rend()}, why_no_class_folders);
    }
  }

 private:
  // Why the directories below `folder` are not one per class; empty where they are.
  [[nodiscard]] std::string check_class_folders(const fs::path& folder,
                                                const std::vector<fs::path>& captures) const {
    const Task other = task_ == Task::traffic ? Task::application : Task::traffic;
    for (const fs::path& capture : captures) {
      const fs::path relative = capture.lexically_relative(folder);
      if (std::distance(relative.begin(), relative.end()) != 2) return "not in one directory per class";
      if (find_iscx_capture(capture)) return "among captures with ISCX names";
      const std::string directory = relative.begin()->string();
      if (is_iscx_class(other, directory) && !is_iscx_class(task_, directory)) {
        return "in directories for the task '" + std::string(name(other)) + "'";
      }
    }
    return "";
  }

  void add(const fs::path& path, const std::vector<fs::path>& folders,
           const std::string& why_no_class_folder) {
    if (!seen_.insert(fs::canonical(path)).second) return;
    LabelledCapture capture{.path = path, .size = fs::file_size(path), .label = "", .reason = ""};
    if (const Manifest* manifest = nearest_manifest(folders)) {
      label_by_manifest(capture, *manifest);
    } else if (why_no_class_folder.empty()) {
      set_label(capture, path.parent_path().filename().string());
    } else {
      label_by_name(capture, why_no_class_folder);
    }
    list_.captures.push_back(std::move(capture));
  }

  const Manifest* nearest_manifest(const std::vector<fs::path>& folders) {
    for (const fs::path& folder : folders) {
      const auto [entry, is_new] = manifests_.try_emplace(folder.lexically_normal());
      if (is_new) {
        entry->second = Manifest::in(folder);
        if (entry->second && entry->second->missing() > 0) {
          list_.warnings.push_back((folder / Manifest::file_name).string() + ": " +
                                   std::to_string(entry->second->missing()) + " of its " +
                                   std::to_string(entry->second->size()) + " files are not there");
        }
      }
      if (entry->second) return &*entry->second;
    }
    return nullptr;
  }

  void label_by_manifest(LabelledCapture& capture, const Manifest& manifest) const {
    const Manifest::Entry* entry = manifest.find(capture.path);
    if (!entry) {
      capture.reason = "not in its manifest.csv";
    } else if (task_ == Task::application && !manifest.has_applications()) {
      capture.reason = "its manifest.csv has no column 'application'";
    } else {
      set_label(capture, task_ == Task::application ? entry->application : entry->traffic);
    }
  }

  void label_by_name(LabelledCapture& capture, const std::string& why_no_class_folder) const {
    const IscxCapture* iscx = find_iscx_capture(capture.path);
    if (!iscx) {
      capture.reason = "no manifest.csv, " + why_no_class_folder + ", no ISCX name";
    } else if (task_ == Task::application && iscx->application.empty()) {
      capture.reason = "a VPN capture belongs to no application";
    } else if (task_ == Task::traffic && iscx->traffic.empty()) {
      capture.reason = "a Tor capture has no traffic type";
    } else {
      capture.label = task_ == Task::application ? iscx->application : iscx->traffic;
    }
  }

  void set_label(LabelledCapture& capture, const std::string& written) const {
    if (written.empty()) {
      capture.reason = "its manifest.csv gives it no class";
    } else if (task_ == Task::traffic && written == kOther) {
      capture.reason = "class Other is no traffic type";
    } else {
      capture.label = class_name(task_, written);
    }
  }

  Task task_;
  CaptureList& list_;
  std::set<fs::path> seen_;
  std::map<fs::path, std::optional<Manifest>> manifests_;
};

}  // namespace

const std::string_view label_rules =
    R"(How a capture gets its class: by the first of these rules that speaks of it.
  1. manifest.csv beside the capture or in the nearest folder above it, up to the folder given (for a
     capture given by name: beside it or one folder up). Its columns, separated by commas and named
     in the first line: file (seen from the manifest), class, and for --task app also application.
     A capture that the manifest does not list has no class. 'Other' is no type of traffic.
  2. The folder: FOLDER/Class/capture, where FOLDER is given. Neither deeper nor directly in FOLDER,
     nor where folders have the names of the other task's classes.
  3. The file's name, where it is that of a capture of ISCX VPN-nonVPN (aim_chat_3a.pcap).
Captures without a class are counted, listed with the reason, and not used. Nothing is guessed: a
manifest.csv that is not understood is an error, and so are a file with two classes and a class that
is spelled in two ways ('Web Mail', 'webmail'). Links are followed; each file counts once.
)";

std::string_view name(Task task) { return task == Task::application ? "app" : "traffic"; }

std::string class_name(Task task, std::string_view written) {
  const std::string plain = letters_and_digits(written);
  for (const std::string& known : iscx_classes(task)) {
    if (letters_and_digits(known) == plain) return known;
  }
  return std::string(written);
}

std::vector<std::string> ordered_classes(Task task, const std::vector<std::string>& names) {
  std::set<std::string> rest(names.begin(), names.end());
  std::vector<std::string> ordered;
  for (const std::string& known : iscx_classes(task)) {
    if (rest.erase(known) > 0) ordered.push_back(known);
  }
  ordered.insert(ordered.end(), rest.begin(), rest.end());
  return ordered;
}

CaptureList find_captures(const std::vector<fs::path>& files_and_folders, Task task) {
  CaptureList list;
  Labeller labeller(task, list);
  for (const fs::path& path : files_and_folders) {
    if (fs::is_directory(path)) {
      labeller.add_folder(path);
    } else if (fs::exists(path)) {
      labeller.add_file(path);
    } else {
      throw ebb::Error("captures", path.string() + ": no such file or folder");
    }
  }
  std::sort(list.captures.begin(), list.captures.end(),
            [](const LabelledCapture& a, const LabelledCapture& b) { return a.path < b.path; });
  std::sort(list.warnings.begin(), list.warnings.end());
  return list;
}

}  // namespace traffic
