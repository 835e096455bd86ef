#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace traffic {

/// What a folder and its subfolders hold.
struct FoundCaptures {
  std::vector<std::filesystem::path> captures;  ///< relative to the folder, sorted
  std::vector<std::string> warnings;            ///< what was passed by, and why; sorted
};

/// The captures in a folder, by content and not by name. Links are followed. A subfolder is searched once,
/// however many paths lead to it; only directly below the given folder, where names may be those of classes,
/// under each of its names. So one file may be found under two paths.
///
/// Named in a warning: links that lead nowhere, in circles or to a folder around them; files and folders that
/// cannot be read, with the system's reason; pipes, sockets and devices, which are not opened; files that are
/// compressed, archives or captures of other programs; files that are only named like a capture, and those
/// that differ from "manifest.csv" in case.
///
/// Throws ebb::Error "captures" where the folder itself is none or cannot be read.
FoundCaptures search_folder(const std::filesystem::path& folder);

}  // namespace traffic
