#include "traffic/csv.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <utility>

#include "traffic/ascii.hpp"
#include "traffic/file.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

using std::string_view_literals::operator""sv;

std::size_t lines_before(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

[[noreturn]] void fail(const std::filesystem::path& path, std::size_t line, const std::string& facts) {
  throw ebb::Error("csv", at_line(path, line) + ": " + facts);
}

std::string count_of_fields(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " field" : " fields");
}

}  // namespace

class CsvParser {
 public:
  CsvParser(const std::filesystem::path& path, std::string_view text) : path_(path), text_(text) {
    if (text.starts_with("\xff\xfe"sv) || text.starts_with("\xfe\xff"sv)) {
      fail(path, 1, "expected text in UTF-8, found UTF-16 or UTF-32: save it as UTF-8");
    }
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
      fail(path, lines_before(text, nul) + 1, "expected text in UTF-8, found a zero byte: UTF-16?");
    }
    if (text.starts_with("\xef\xbb\xbf"sv)) text_.remove_prefix(3);
  }

  /// The next line that is not empty; false at the end.
  bool next(CsvFile::Row& row) {
    while (!text_.empty()) {
      row = {.line = line_, .fields = {}};
      do {
        row.fields.push_back(next_field());
      } while (take(','));
      end_line();
      if (row.fields.size() > 1 || !row.fields[0].empty()) return true;
    }
    return false;
  }

 private:
  std::string next_field() {
    while (!text_.empty() && is_blank(text_[0])) text_.remove_prefix(1);
    if (take('"')) return quoted_field();
    const std::string_view field = text_.substr(0, text_.find_first_of(",\r\n"));
    if (field.find('"') != std::string_view::npos) {
      fail(path_, line_,
           "expected a field in quotes, with the quotes inside it doubled, found '" + excerpt(field) + "'");
    }
    text_.remove_prefix(field.size());
    return std::string(without_blanks_around(field));
  }

  // Behind its opening quote.
  std::string quoted_field() {
    const std::size_t opened = line_;
    std::string field;
    for (;;) {
      const std::size_t quote = text_.find('"');
      if (quote == std::string_view::npos) {
        fail(path_, opened,
             "expected a quote that closes the one before '" + excerpt(text_) +
                 "', found the end of the file");
      }
      field += text_.substr(0, quote);
      line_ += lines_before(text_, quote);
      text_.remove_prefix(quote + 1);
      if (!take('"')) break;
      field += '"';  // written twice
    }
    while (!text_.empty() && is_blank(text_[0])) text_.remove_prefix(1);
    if (!text_.empty() && ",\r\n"sv.find(text_[0]) == std::string_view::npos) {
      fail(path_, line_,
           "expected a comma or the end of the line behind the quote of '" + excerpt(field) + "', found '" +
               excerpt(text_) + "'");
    }
    return field;
  }

  void end_line() {
    const bool carriage_return = take('\r');
    if (take('\n')) {
      ++line_;
    } else if (carriage_return) {
      fail(path_, line_, "expected lines that end with LF or CRLF, found CR alone: line ends of old Macs?");
    }
  }

  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  const std::filesystem::path& path_;
  std::string_view text_;  // what is left of it
  std::size_t line_ = 1;
};

CsvFile::CsvFile(const std::filesystem::path& path) : path_(path) {
  const std::string text = file_content(path);
  CsvParser parser(path, text);
  if (!parser.next(names_)) {
    fail(path, 1,
         std::string("expected the names of the columns, found ") +
             (text.empty() ? "an empty file" : "nothing but empty lines"));
  }
  for (Row row; parser.next(row);) {
    const std::size_t expected = names_.fields.size(), found = row.fields.size();
    if (found != expected) {
      fail(path, row.line,
           "expected " + count_of_fields(expected) + " as in line " + std::to_string(names_.line) +
               ", found " + count_of_fields(found) +
               (found > expected ? ": a field with a comma in it is written in quotes" : ""));
    }
    rows_.push_back(std::move(row));
  }
}

int CsvFile::column(std::string_view name) const {
  int found = -1;
  for (std::size_t i = 0; i < names_.fields.size(); ++i) {
    if (to_lower(without_blanks_around(names_.fields[i])) != name) continue;
    if (found >= 0) {
      fail(path_, names_.line, "expected one column '" + std::string(name) + "', found two");
    }
    found = static_cast<int>(i);
  }
  return found;
}

std::string CsvFile::field(std::size_t row, int column) const {
  return column < 0 ? "" : rows_[row].fields[static_cast<std::size_t>(column)];
}

std::string CsvFile::names() const {
  std::string text;
  for (const std::string& name : names_.fields) text += (text.empty() ? "" : ",") + name;
  return text;
}

std::string at_line(const std::filesystem::path& path, std::size_t line) {
  return path.string() + ", line " + std::to_string(line);
}

}  // namespace traffic
