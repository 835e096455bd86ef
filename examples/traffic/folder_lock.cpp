#include "traffic/folder_lock.hpp"

#include <ebb/core/error.hpp>

#include <cerrno>
#include <string>
#include <system_error>

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "traffic/process.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

// Between opening and locking, the former holder may have removed the file.
bool is_still_there(const fs::path& path, const FileDescriptor& file) {
  struct stat opened {
  }, named{};
  return fstat(file.number(), &opened) == 0 && stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

[[noreturn]] void fail_in_use(const fs::path& path, const FileDescriptor& file) {
  constexpr std::size_t kShown = 400;
  std::string holder(kShown, '\0');
  holder.resize(read_some(path, file, holder.data(), holder.size()));
  if (holder.empty()) holder = "another program";
  throw ebb::Error("folder", path.parent_path().string() + ": in use by " + holder);
}

FileDescriptor locked(const fs::path& path) {
  for (;;) {
    FileDescriptor file(path, O_RDWR | O_CREAT);
    if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) fail_in_use(path, file);
      throw ebb::Error("folder", path.string() + ": " + std::generic_category().message(errno));
    }
    if (is_still_there(path, file)) return file;
  }
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) : path_(folder / file_name), file_(locked(path_)) {
  // One that was killed may have left a longer text.
  const std::string holder =
      "process " + std::to_string(getpid()) + " since " + utc_now() + ": " + command_line();
  try {
    if (ftruncate(file_.number(), 0) != 0) throw ebb::Error("file", path_.string() + ": cannot be written");
    write_all(path_, file_, holder.data(), holder.size());
  } catch (...) {
    std::error_code ignored;
    fs::remove(path_, ignored);
    throw;
  }
}

FolderLock::~FolderLock() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

}  // namespace traffic
