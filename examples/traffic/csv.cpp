#include "traffic/csv.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <fstream>

namespace traffic {
namespace {

std::vector<std::string> split_line(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool doubled_quote = quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"';
    if (doubled_quote) {
      fields.back() += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

}  // namespace

CsvFile::CsvFile(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw ebb::Error("csv", path.string() + ": cannot be read");
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (names_.empty()) {
      constexpr const char* kByteOrderMark = "\xef\xbb\xbf";
      if (line.rfind(kByteOrderMark, 0) == 0) line.erase(0, 3);
      names_ = split_line(line);
    } else if (!line.empty()) {
      rows_.push_back(split_line(line));
    }
  }
}

int CsvFile::column(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? -1 : static_cast<int>(found - names_.begin());
}

std::string CsvFile::field(std::size_t row, int column) const {
  const auto at = static_cast<std::size_t>(column);
  return column >= 0 && at < rows_[row].size() ? rows_[row][at] : "";
}

}  // namespace traffic
