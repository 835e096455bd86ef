#include "traffic/capture_search.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "traffic/ascii.hpp"
#include "traffic/capture.hpp"
#include "traffic/iscx.hpp"
#include "traffic/manifest.hpp"
#include "traffic/real_path.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

std::string cannot_be_read(const std::error_code& error) { return "cannot be read: " + error.message(); }

// What is neither file nor folder.
std::string kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::fifo:
      return "a named pipe";
    case fs::file_type::socket:
      return "a socket";
    default:
      return "a device";
  }
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

class Search {
 public:
  explicit Search(fs::path root) : root_(std::move(root)) {}

  FoundCaptures run() {
    std::error_code error;
    searched_.insert(real_path(root_));
    if (!list("", error)) throw ebb::Error("captures", root_.string() + ": " + cannot_be_read(error));
    // Level by level, so that the folders directly below the root come before all others.
    bool directly_below = true;
    for (std::vector<fs::path> level = take_level(); !level.empty(); level = take_level()) {
      for (const fs::path& folder : level) {
        const bool is_new = searched_.insert(real_path(root_ / folder)).second;
        if (!is_new && !directly_below) continue;
        if (!list(folder, error)) warn(folder, cannot_be_read(error));
      }
      directly_below = false;
    }
    std::sort(result_.captures.begin(), result_.captures.end());
    std::sort(result_.warnings.begin(), result_.warnings.end());
    return std::move(result_);
  }

 private:
  void warn(const fs::path& relative, const std::string& what) {
    result_.warnings.push_back((root_ / relative).string() + ": " + what);
  }

  // The folders found since the last call: a folder counts under its own path before it does under a link.
  std::vector<fs::path> take_level() {
    std::vector<fs::path> level = std::exchange(found_, {});
    level.insert(level.end(), linked_.begin(), linked_.end());
    linked_.clear();
    return level;
  }

  // False where the folder cannot be read.
  bool list(const fs::path& folder, std::error_code& error) {
    std::vector<fs::path> entries;
    for (fs::directory_iterator entry(root_ / folder, error), end; !error && entry != end;
         entry.increment(error)) {
      entries.push_back(folder / entry->path().filename());
    }
    if (error) return false;
    std::sort(entries.begin(), entries.end());  // the order of the system is none
    for (const fs::path& entry : entries) look_at(entry);
    return true;
  }

  void look_at(const fs::path& entry) {
    std::error_code error;
    const fs::path path = root_ / entry;
    const fs::file_type type = fs::status(path, error).type();
    switch (type) {
      case fs::file_type::not_found:
        return warn(entry, "a link to what is not there");
      case fs::file_type::none:
      case fs::file_type::unknown:
        return warn(entry, cannot_be_read(error));
      case fs::file_type::regular:
        return look_into(entry);
      case fs::file_type::directory:
        return add_folder(entry);
      default:
        return warn(entry, kind_of(type) + ", which is not opened in a folder");
    }
  }

  void add_folder(const fs::path& folder) {
    std::error_code ignored;
    const fs::path path = root_ / folder;
    if (!fs::is_symlink(path, ignored)) {
      found_.push_back(folder);
    } else if (is_inside(real_path(path.parent_path()), real_path(path))) {
      warn(folder, "a link to a folder around it, which is not followed");
    } else {
      linked_.push_back(folder);
    }
  }

  void look_into(const fs::path& file) {
    const fs::path path = root_ / file;
    const std::string name = file.filename().string();
    if (is_capture(path)) {
      result_.captures.push_back(file);
    } else if (const std::optional<std::string> why = unreadable_capture(path)) {
      warn(file, *why);
    } else if (is_named_like_capture(file)) {
      warn(file, "named like a capture, but its content is none");
    } else if (name != Manifest::file_name && to_lower(name) == Manifest::file_name) {
      warn(file, std::string("not read: a manifest is named ") + Manifest::file_name);
    }
  }

  fs::path root_;
  FoundCaptures result_;
  std::vector<fs::path> found_;   // to be searched, relative to the root
  std::vector<fs::path> linked_;  // found through a link, to be searched after the others
  std::set<fs::path> searched_;   // by real_path
};

}  // namespace

FoundCaptures search_folder(const fs::path& folder) { return Search(folder).run(); }

}  // namespace traffic
