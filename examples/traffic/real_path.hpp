#pragma once

#include <filesystem>

namespace traffic {

/// The one path of a file however it is reached, absolute and without links, ".." and "."; also of a file
/// that is not there. Where the system cannot tell (a loop of links, a pipe of a process), the absolute path.
/// Opens nothing.
std::filesystem::path real_path(const std::filesystem::path& path);

}  // namespace traffic
