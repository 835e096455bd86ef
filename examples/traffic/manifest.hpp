#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace traffic {

/// The columns file, class and perhaps application of a `manifest.csv`; a file is relative to its folder, or
/// absolute. Other columns do not count.
class Manifest {
 public:
  struct Entry {
    std::string traffic;      ///< column class
    std::string application;  ///< column application
    std::size_t line = 0;     ///< of the manifest
  };

  static constexpr const char* file_name = "manifest.csv";

  /// The one in this folder; nothing where there is none. What is there is understood or an ebb::Error: "csv"
  /// and "file" as of CsvFile, "manifest" where a column or every row is missing, a row names no file or a
  /// folder, or two rows label one file in two ways.
  static std::optional<Manifest> in(const std::filesystem::path& folder);

  /// The entry of a capture, by its real_path, or nullptr.
  [[nodiscard]] const Entry* find(const std::filesystem::path& real) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] bool has_applications() const { return has_applications_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// The files that it lists and that are not there, as it writes them, with their lines.
  [[nodiscard]] const std::vector<std::string>& missing() const { return missing_; }

 private:
  explicit Manifest(const std::filesystem::path& path);
  void add(const std::string& file, Entry entry);

  std::filesystem::path path_;
  std::map<std::filesystem::path, Entry> entries_;  // by real_path
  std::vector<std::string> missing_;
  bool has_applications_ = false;
};

}  // namespace traffic
