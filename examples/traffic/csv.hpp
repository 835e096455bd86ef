#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace traffic {

/// A comma-separated file (RFC 4180) with the names of its columns in the first line.
///
/// Fields may be quoted and then span lines. Lines end with LF or CRLF; empty ones, a UTF-8 byte order mark
/// and blanks around fields (outside of quotes) do not count. Nothing else is understood: other separators
/// make one long field, and everything that is no such table is an error.
class CsvFile {
 public:
  /// Throws ebb::Error "file" where it cannot be read, "csv" with the line where it is not well-formed: no
  /// text, no first line, a quote out of place or never closed, line ends of old Macs, a row with more or
  /// fewer fields than there are columns.
  explicit CsvFile(const std::filesystem::path& path);

  /// The position of a column, or -1; case and blanks around its name do not count. Throws ebb::Error "csv"
  /// where two have that name.
  [[nodiscard]] int column(std::string_view name) const;
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// A field, empty where the column is -1.
  [[nodiscard]] std::string field(std::size_t row, int column) const;
  /// The line that a row starts in, and the one with the names, from 1.
  [[nodiscard]] std::size_t line(std::size_t row) const { return rows_[row].line; }
  [[nodiscard]] std::size_t names_line() const { return names_.line; }
  /// The names as they are written, for messages.
  [[nodiscard]] std::string names() const;

 private:
  friend class CsvParser;
  struct Row {
    std::size_t line = 0;
    std::vector<std::string> fields;
  };

  std::filesystem::path path_;
  Row names_;
  std::vector<Row> rows_;
};

/// "FILE, line N", as errors name a place.
std::string at_line(const std::filesystem::path& path, std::size_t line);

}  // namespace traffic
