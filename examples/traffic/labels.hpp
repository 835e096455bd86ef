#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace traffic {

/// What is told apart: Deep Packet's two tasks.
enum class Task : std::uint8_t { application, traffic };

/// "app" and "traffic", as in options and files.
std::string_view name(Task task);

/// The spelling of a class: that of the ISCX classes where it differs from one of them only in case, spaces
/// and punctuation ("FileTransfer", "vpn-chat"), else as it stands.
std::string class_name(Task task, std::string_view written);

/// The classes in the order of reports: those of ISCX first, then the others by name; without doubles.
std::vector<std::string> ordered_classes(Task task, const std::vector<std::string>& names);

/// A capture that was found, and its class.
struct LabelledCapture {
  std::filesystem::path path;
  std::uint64_t size = 0;  ///< bytes of the file
  std::string label;       ///< empty: no rule gives it a class
  std::string reason;      ///< then, why
};

struct CaptureList {
  std::vector<LabelledCapture> captures;  ///< sorted by path
  std::vector<std::string> warnings;
};

/// The captures among the files and in the folders (and their subfolders), each labelled by the first rule
/// that speaks of it:
///
/// 1. `manifest.csv` with the columns file, class and perhaps application, the nearest one upwards within the
///    folder given (for a file given: beside it or one folder up). `file` is relative to the manifest. A
///    capture below it that it does not list has no label. The class Other is no traffic type.
/// 2. A directory per class, FOLDER/<Class>/capture: only where all captures of the given folder lie so, none
///    of them has an ISCX name, and no directory has the name of a class of the other task only.
/// 3. The file names of ISCX VPN-nonVPN.
///
/// Throws ebb::Error "captures" where a path does not exist or a file given by name is no capture.
CaptureList find_captures(const std::vector<std::filesystem::path>& files_and_folders, Task task);

/// These rules as a page of help tells them: lines of at most 100 characters.
extern const std::string_view label_rules;

}  // namespace traffic
