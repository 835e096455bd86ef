#include "traffic/text_table.hpp"

#include <algorithm>
#include <ostream>

#include "traffic/text.hpp"

namespace traffic {

namespace {

constexpr std::size_t kWidest = 48;  // columns of a cell, so that one long name does not push all others away

}  // namespace

void TextTable::add(const std::vector<std::string>& row) {
  std::vector<std::string>& shown = rows_.emplace_back();
  for (const std::string& cell : row) shown.push_back(shortened(printable(cell), kWidest));
}

void TextTable::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const std::vector<std::string>& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  for (const std::vector<std::string>& row : rows_) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - display_width(row[i]), ' ');
      line += i == 0 ? row[i] + space : "  " + space + row[i];
    }
    out << line << '\n';
  }
}

std::string with_commas(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace traffic
