#pragma once

#include <filesystem>

#include "traffic/file.hpp"

namespace traffic {

/// Keeps other programs from writing into a folder for as long as it lives, by a lock on the file `.lock` in
/// it, which says who holds it. The system gives the lock free when the program ends, however it ends.
class FolderLock {
 public:
  static constexpr const char* file_name = ".lock";

  /// Throws ebb::Error "folder" where the folder is in use, and by whom; "file" where it cannot be written
  /// to.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

}  // namespace traffic
