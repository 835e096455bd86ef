#include "traffic/manifest.hpp"

#include <ebb/core/error.hpp>

#include <string_view>
#include <system_error>
#include <utility>

#include "traffic/classes.hpp"
#include "traffic/csv.hpp"
#include "traffic/real_path.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& place, const std::string& facts) {
  throw ebb::Error("manifest", place + ": " + facts);
}

// What may be wrong with a first line that lacks the columns.
std::string_view likely_cause(std::string_view names) {
  constexpr std::string_view kOtherPurpose = "; a table for another purpose needs another name";
  if (names.find(',') != std::string_view::npos) return kOtherPurpose;
  if (names.find(';') != std::string_view::npos) return ": separated by semicolons?";
  if (names.find('\t') != std::string_view::npos) return ": separated by tabs?";
  if (names.find('|') != std::string_view::npos) return ": separated by bars?";
  return kOtherPurpose;
}

std::string in_quotes_or_nothing(const std::string& text) {
  return text.empty() ? "nothing" : "'" + excerpt(text) + "'";
}

}  // namespace

std::optional<Manifest> Manifest::in(const fs::path& folder) {
  const fs::path path = folder / file_name;
  std::error_code error;
  const fs::file_type entry = fs::symlink_status(path, error).type();
  if (entry == fs::file_type::not_found) return std::nullopt;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) fail(path.string(), "a link to a file that is not there");
  if (type == fs::file_type::none) fail(path.string(), "cannot be read: " + error.message());
  if (type != fs::file_type::regular) fail(path.string(), "expected a file, found a folder, pipe or device");
  return Manifest(path);
}

Manifest::Manifest(const fs::path& path) : path_(path) {
  const CsvFile csv(path);
  const int file = csv.column("file");
  const int type = csv.column("class");
  const int application = csv.column("application");
  if (file < 0 || type < 0) {
    fail(at_line(path, csv.names_line()),
         "expected the columns file and class (and perhaps application), separated by commas; found '" +
             excerpt(csv.names()) + "'" + std::string(likely_cause(csv.names())));
  }
  if (csv.rows() == 0) {
    fail(at_line(path, csv.names_line()), "expected a row for each capture below this line, found none");
  }
  has_applications_ = application >= 0;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    add(csv.field(row, file), {csv.field(row, type), csv.field(row, application), csv.line(row)});
  }
}

void Manifest::add(const std::string& file, Entry entry) {
  const std::string place = at_line(path_, entry.line);
  if (file.empty()) fail(place, "expected the path of a capture, found nothing");
  const fs::path real = real_path(path_.parent_path() / file);
  std::error_code ignored;
  const fs::file_type type = fs::status(real, ignored).type();
  if (type == fs::file_type::directory) {
    fail(place, "expected the path of one capture, found the folder '" + excerpt(file) + "'");
  }
  const auto [known, is_new] = entries_.try_emplace(real, std::move(entry));
  if (!is_new) {
    const Entry& first = known->second;
    const auto agree = [&](Task task, const std::string& before, const std::string& now) {
      if (class_name(task, before) == class_name(task, now)) return;
      fail(place, "expected one class for '" + excerpt(file) + "', found " + in_quotes_or_nothing(now) +
                      " after " + in_quotes_or_nothing(before) + " in line " + std::to_string(first.line));
    };
    agree(Task::traffic, first.traffic, entry.traffic);
    agree(Task::application, first.application, entry.application);
  } else if (type == fs::file_type::not_found || type == fs::file_type::none) {
    missing_.push_back(excerpt(file) + " (line " + std::to_string(known->second.line) + ")");
  }
}

const Manifest::Entry* Manifest::find(const fs::path& real) const {
  const auto found = entries_.find(real);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace traffic
