#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "traffic/folder_lock.hpp"

namespace traffic {

/// What programs write folders of. Each has a marker, a sealed JSON file (file_seal.hpp) that is written last
/// and lists all the others with their seals:
///
///     {..., "finished": true, "files": {"weights.safetensors": {"bytes": 1024, "checksum": "..."}}, ...}
enum class ResultKind : std::uint8_t { data_set, run, evaluation, captures, demo };

/// "data set", "prepare.json".
std::string_view name(ResultKind kind);
std::string_view marker(ResultKind kind);

/// Where evaluations stand inside of the run that they are about.
inline constexpr const char* evaluations_name = "evaluations";

/// A folder that a program fills, such that what is finished in it stays until something else is.
///
/// All is written into the folder `unfinished` inside of it and takes its place in commit(); only then does
/// what was there go. A program that fails, or is killed at whatever moment, leaves the old result or the new
/// one (a commit that was cut off is brought to its end by whoever comes next).
///
///     ResultFolder folder("RUN", ResultKind::run, /*replace=*/false);
///     train(folder.path());
///     folder.commit({{"classes", classes}});
class ResultFolder {
 public:
  static constexpr const char* unfinished_name = "unfinished";

  /// Makes the folder where it is missing and claims it. Throws ebb::Error "folder" where it is in use, holds
  /// a result and `replace` is not set, or holds something else; "file" where it cannot be written to.
  ResultFolder(const std::filesystem::path& folder, ResultKind kind, bool replace);
  /// Takes away what is unfinished, unless it was kept, and the folder, if it was made for this.
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  /// Where to write to until commit().
  [[nodiscard]] const std::filesystem::path& path() const { return unfinished_; }

  /// Writes the marker and puts the result into its place; for `own_checks` see MarkerOptions.
  void commit(const nlohmann::ordered_json& about, const std::vector<std::string>& own_checks = {});

  /// Writes the marker with "finished": false. The files stay where they are, and a later ResultFolder for
  /// the same folder needs `replace`.
  void keep_unfinished(const nlohmann::ordered_json& about);

 private:
  void claim(bool replace);

  std::filesystem::path folder_;
  std::filesystem::path unfinished_;
  ResultKind kind_;
  std::vector<std::filesystem::path> made_;  // folders that were missing, outermost first
  std::optional<FolderLock> lock_;
  bool kept_ = false;
};

/// Throws ebb::Error "folder" where a folder that is there holds a finished result of the kind and `replace`
/// is not set, or something else.
void require_free(const std::filesystem::path& folder, ResultKind kind, bool replace);

struct MarkerOptions {
  bool finished = true;
  /// Files whose content is checked by other means than a seal, as it would take long to read them again.
  std::vector<std::string> own_checks = {};
};

/// Writes the marker of a folder whose other files are all there: for results inside of others.
void write_marker(const std::filesystem::path& folder, ResultKind kind, nlohmann::ordered_json about,
                  const MarkerOptions& options = {});

/// What the marker of a folder says. Throws ebb::Error "folder" where there is none; "json" where it is
/// damaged.
nlohmann::ordered_json read_marker(const std::filesystem::path& folder, ResultKind kind);

/// Whether there is a marker, of a result that may be unfinished.
bool has_marker(const std::filesystem::path& folder, ResultKind kind);

/// Throws ebb::Error "folder" unless a file still is the one that the marker `about` lists.
void require_unchanged(const std::filesystem::path& folder, const nlohmann::ordered_json& about,
                       const std::string& file);

}  // namespace traffic
