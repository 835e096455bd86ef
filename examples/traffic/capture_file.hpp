#pragma once

#include <filesystem>

#include "traffic/file.hpp"

namespace traffic {

/// Opens what a capture's path names, standard input included. Throws ebb::Error "file" where that fails,
/// "capture" where it is a folder, a terminal or another device.
FileDescriptor open_capture_file(const std::filesystem::path& path);

}  // namespace traffic
