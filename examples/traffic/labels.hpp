#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/classes.hpp"

namespace traffic {

/// A capture that was found, and its class.
struct LabelledCapture {
  std::filesystem::path path;  ///< "-": standard input
  std::uint64_t size = 0;      ///< bytes of the file; 0 where it is a pipe
  std::string label;           ///< empty: no rule gives it a class
  std::string reason;          ///< then, why
};

struct CaptureList {
  std::vector<LabelledCapture> captures;  ///< sorted by path
  std::vector<std::string> warnings;
};

/// The captures among the files and in the folders (and their subfolders, see search_folder), each labelled
/// by the first rule that speaks of it:
///
/// 1. `manifest.csv` with the columns file, class and perhaps application (Manifest), the nearest one upwards
///    within the folder given; for a file given: beside it or one folder up, and where it is a link, then
///    beside the file that it leads to. A capture below it that it does not list has no label. The class
///    Other is no traffic type.
/// 2. A folder per class, FOLDER/<Class>/capture (ClassFolders).
/// 3. The file names of ISCX VPN-nonVPN. Where 2 and 3 give different classes, there is no label.
///
/// A file that is found in two ways counts once, by the earlier rule. A pipe or standard input is given by
/// name alone and not opened.
///
/// Throws ebb::Error "captures" where a path does not exist, a file given by name is no capture, or one file
/// is in two class folders; "class" of ClassSpellings; "manifest", "csv" and "file" of Manifest.
CaptureList find_captures(const std::vector<std::filesystem::path>& files_and_folders, Task task);

/// These rules as a page of help tells them: lines of at most 100 characters.
extern const std::string_view label_rules;

}  // namespace traffic
