#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace ebb::test {

/// The folder that holds `data`, which is too large or too private for the repository: EBB_SHARED, else
/// the sibling `shared` of the source tree. A test that needs it and gets nothing says
/// MESSAGE("skipped: ...") and returns.
inline std::optional<std::filesystem::path> shared_folder() {
  const char* named = std::getenv("EBB_SHARED");
  const std::filesystem::path folder =
      named ? std::filesystem::path(named) : std::filesystem::path(EBB_SOURCE_DIR).parent_path() / "shared";
  if (!std::filesystem::is_directory(folder / "data")) return std::nullopt;
  return folder;
}

}  // namespace ebb::test
