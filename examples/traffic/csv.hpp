#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace traffic {

/// A comma-separated file with names in its first line. Fields may be quoted (RFC 4180), not span lines.
class CsvFile {
 public:
  /// Throws ebb::Error "csv" where the file cannot be read.
  explicit CsvFile(const std::filesystem::path& path);

  /// The position of a column, or -1.
  [[nodiscard]] int column(const std::string& name) const;
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// A field, empty where the row is too short.
  [[nodiscard]] std::string field(std::size_t row, int column) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace traffic
