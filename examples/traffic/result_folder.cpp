#include "traffic/result_folder.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "traffic/file.hpp"
#include "traffic/file_seal.hpp"
#include "traffic/json_fields.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct KindFacts {
  std::string_view name;
  std::string_view marker;
  const char* dependents;  // a folder of results about this one: they go when it is replaced
};
constexpr std::array<KindFacts, 5> kKinds{{{"data set", "prepare.json", nullptr},
                                           {"run", "model.json", evaluations_name},
                                           {"evaluation", "evaluation.json", nullptr},
                                           {"set of synthetic captures", "synth.json", nullptr},
                                           {"demonstration", "demo.json", nullptr}}};

// In what is being written, to know it from a folder of that name that is somebody else's.
constexpr const char* kBegun = ".begun";

[[noreturn]] void fail(const fs::path& folder, const std::string& facts) {
  throw ebb::Error("folder", folder.string() + ": " + facts);
}

std::string with_article(ResultKind kind) {
  return (kind == ResultKind::evaluation ? "an " : "a ") + std::string(name(kind));
}

fs::path marker_in(const fs::path& folder, ResultKind kind) { return folder / marker(kind); }

std::vector<std::string> files_below(const fs::path& folder, ResultKind kind) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string file = entry.path().lexically_relative(folder).string();
    if (entry.is_regular_file() && file != marker(kind) && file != FolderLock::file_name && file != kBegun)
      files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The files that belong to the result in a folder: none where its marker does not tell.
std::vector<std::string> files_of_result(const fs::path& folder, ResultKind kind) {
  std::vector<std::string> files;
  try {
    const Json about = read_sealed(marker_in(folder, kind));
    for (const auto& [file, seal] : json::member(about, "files").items()) files.push_back(file);
  } catch (const ebb::Error&) {
  }
  return files;
}

bool contains(const std::vector<std::string>& files, const std::string& file) {
  return std::find(files.begin(), files.end(), file) != files.end();
}

// A marker can say "../../x".
bool stays_below(const fs::path& file) {
  const fs::path normal = file.lexically_normal();
  return !normal.empty() && normal.is_relative() && *normal.begin() != "..";
}

void remove_files(const fs::path& folder, const std::vector<std::string>& files) {
  std::error_code ignored;
  for (const std::string& file : files) {
    if (!stays_below(file)) continue;
    fs::remove(folder / file, ignored);
    for (fs::path up = fs::path(file).parent_path(); !up.empty(); up = up.parent_path()) {
      if (!fs::remove(folder / up, ignored)) break;  // it holds more
    }
  }
}

// What tells it from somebody else's goes last.
void remove_unfinished(const fs::path& unfinished) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(unfinished, ignored)) {
    if (entry.path().filename() != kBegun) fs::remove_all(entry.path(), ignored);
  }
  fs::remove(unfinished / kBegun, ignored);
  fs::remove(unfinished, ignored);
}

// From here on the new result is what the folder holds, even if the program is killed in between.
void put_in_place(const fs::path& folder, ResultKind kind) {
  const fs::path unfinished = folder / ResultFolder::unfinished_name;
  const std::vector<std::string> files = files_of_result(unfinished, kind);
  std::vector<std::string> old = files_of_result(folder, kind);
  std::erase_if(old, [&](const std::string& file) { return contains(files, file); });
  remove_files(folder, old);
  fs::remove(marker_in(folder, kind));
  for (const std::string& file : files) {
    if (!stays_below(file) || !fs::exists(unfinished / file)) continue;
    fs::create_directories((folder / file).parent_path());
    fs::rename(unfinished / file, folder / file);
  }
  fs::rename(marker_in(unfinished, kind), marker_in(folder, kind));
  std::error_code ignored;
  if (const char* const dependents = kKinds[static_cast<std::size_t>(kind)].dependents) {
    fs::remove_all(folder / dependents, ignored);
  }
  remove_unfinished(unfinished);
  sync(folder);
}

// A marker that cannot be read says nothing of the kind.
bool says(const fs::path& folder, ResultKind kind, bool finished) {
  if (!has_marker(folder, kind)) return false;
  try {
    return json::truth(read_sealed(marker_in(folder, kind)), "finished") == finished;
  } catch (const ebb::Error&) {
    return false;
  }
}

bool is_cut_off_commit(const fs::path& folder, ResultKind kind) {
  return says(folder / ResultFolder::unfinished_name, kind, /*finished=*/true);
}

}  // namespace

std::string_view name(ResultKind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }
std::string_view marker(ResultKind kind) { return kKinds[static_cast<std::size_t>(kind)].marker; }

bool has_marker(const fs::path& folder, ResultKind kind) {
  std::error_code none;
  return fs::is_regular_file(marker_in(folder, kind), none);
}

void write_marker(const fs::path& folder, ResultKind kind, Json about, const MarkerOptions& options) {
  Json listed = Json::object();
  for (const std::string& file : files_below(folder, kind)) {
    listed[file]["bytes"] = fs::file_size(folder / file);
    if (!contains(options.own_checks, file)) listed[file]["checksum"] = seal_of(folder / file).checksum;
  }
  about["finished"] = options.finished;
  about["files"] = listed;
  write_sealed(marker_in(folder, kind), about);
}

Json read_marker(const fs::path& folder, ResultKind kind) {
  if (is_cut_off_commit(folder, kind)) {
    const FolderLock lock(folder);
    if (is_cut_off_commit(folder, kind)) put_in_place(folder, kind);
  }
  if (has_marker(folder, kind)) return read_sealed(marker_in(folder, kind));
  std::error_code none;
  if (!fs::exists(folder, none)) fail(folder, "no such folder");
  std::string facts = "holds no finished " + std::string(name(kind)) + " (" + std::string(marker(kind)) + ")";
  const fs::path unfinished = folder / ResultFolder::unfinished_name;
  if (has_marker(unfinished, kind)) facts += "; " + unfinished.string() + " holds one that was interrupted";
  fail(folder, facts);
}

void require_unchanged(const fs::path& folder, const Json& about, const std::string& file) {
  const Json& files = json::member(about, "files");
  if (!files.contains(file)) fail(folder, "its marker does not list " + file);
  const FileSeal listed{json::natural_number(files[file], "bytes"), json::text(files[file], "checksum")};
  const FileSeal found = seal_of(folder / file);
  if (found.bytes != listed.bytes) {
    fail(folder / file,
         "expected " + std::to_string(listed.bytes) + " bytes, found " + std::to_string(found.bytes));
  }
  if (found != listed) {
    fail(folder / file, "not the file that was written, or damaged: expected the checksum " +
                            abbreviated(listed.checksum) + ", found " + found.checksum);
  }
}

void require_free(const fs::path& folder, ResultKind kind, bool replace) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    const auto other = static_cast<ResultKind>(i);
    if (other != kind && has_marker(folder, other)) {
      fail(folder, "holds " + with_article(other) + "; choose another folder for " + with_article(kind));
    }
  }
  if (has_marker(folder, kind)) {
    const bool unfinished = says(folder, kind, /*finished=*/false);
    if (!replace && !unfinished) {
      fail(folder, "holds a finished " + std::string(name(kind)) + "; --force replaces it");
    }
    if (!unfinished && !says(folder, kind, /*finished=*/true)) {
      fail(marker_in(folder, kind),
           "damaged or of another version, so that nobody knows which files belong to the " +
               std::string(name(kind)) + "; choose another folder");
    }
    return;
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const fs::path file = entry.path().filename();
    if (file == FolderLock::file_name || file == ResultFolder::unfinished_name) continue;
    fail(folder, "neither empty nor " + with_article(kind) + " (there is " + file.string() +
                     "); choose another folder");
  }
}

ResultFolder::ResultFolder(const fs::path& folder, ResultKind kind, bool replace)
    : folder_(folder), unfinished_(folder / unfinished_name), kind_(kind) {
  std::error_code error;
  if (folder.empty()) fail(folder, "a folder without a name");
  const fs::path path = (fs::absolute(folder) / "").lexically_normal().parent_path();
  if (path.filename() == unfinished_name)
    fail(folder, "that name is for what is not finished; choose another folder");
  for (fs::path up = path; !fs::exists(up, error); up = up.parent_path()) {
    made_.insert(made_.begin(), up);
    if (up == up.root_path()) break;
  }
  try {
    fs::create_directories(folder_, error);
    if (error) fail(folder_, error.message());
    lock_.emplace(folder_);
    claim(replace);
    fs::create_directories(unfinished_);
    const FileDescriptor begun(unfinished_ / kBegun, O_WRONLY | O_CREAT);
  } catch (...) {
    fs::remove(unfinished_, error);  // where it is empty
    lock_.reset();
    for (auto made = made_.rbegin(); made != made_.rend(); ++made) fs::remove(*made, error);
    throw;
  }
}

void ResultFolder::claim(bool replace) {
  if (is_cut_off_commit(folder_, kind_)) put_in_place(folder_, kind_);
  require_free(folder_, kind_, replace);
  if (!fs::exists(unfinished_)) return;
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    const auto kept = static_cast<ResultKind>(i);
    if (!has_marker(unfinished_, kept)) continue;
    if (kept != kind_) {
      fail(unfinished_, "holds an interrupted " + std::string(name(kept)) + "; choose another folder for " +
                            with_article(kind_));
    }
    if (!replace)
      fail(unfinished_, "holds an interrupted " + std::string(name(kept)) + "; --force replaces it");
  }
  if (!fs::is_empty(unfinished_) && !fs::exists(unfinished_ / kBegun)) {
    fail(unfinished_, "is in the way, and was not made by this program; choose another folder");
  }
  remove_unfinished(unfinished_);
}

ResultFolder::~ResultFolder() {
  std::error_code ignored;
  if (!kept_) remove_unfinished(unfinished_);
  lock_.reset();
  // Those that are not empty stay.
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) fs::remove(*made, ignored);
}

void ResultFolder::commit(const Json& about, const std::vector<std::string>& own_checks) {
  const std::vector<std::string> old = files_of_result(folder_, kind_);
  const bool replaces = has_marker(folder_, kind_);
  for (const std::string& file : files_below(unfinished_, kind_)) {
    if (!fs::exists(folder_ / file) || contains(old, file)) continue;
    keep_unfinished(about);
    fail(folder_ / file, "would be overwritten and is not of the result that is replaced; the new " +
                             std::string(name(kind_)) + " stays in " + unfinished_.string());
  }
  // Large files with checks of their own go to the disk in time, unless an older result would go before them.
  for (const std::string& file : files_below(unfinished_, kind_)) {
    if (replaces || !contains(own_checks, file)) sync(unfinished_ / file);
  }
  write_marker(unfinished_, kind_, about, {.own_checks = own_checks});
  sync(marker_in(unfinished_, kind_));
  kept_ = true;  // whatever happens now, the next one who comes can bring it to its end
  put_in_place(folder_, kind_);
}

void ResultFolder::keep_unfinished(const Json& about) {
  write_marker(unfinished_, kind_, about, {.finished = false});
  kept_ = true;
}

}  // namespace traffic
