#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include "ebb/core/error.hpp"

namespace EBB_NAMESPACE::io::detail {

/// A regular file for reading. Errors name the operation `op`, the file and the offset.
class InputFile {
 public:
  InputFile(std::string_view op, const std::string& path) : op_(op), path_(path) {
    file_ = std::fopen(path.c_str(), "rb");
    ebb::detail::require(file_ != nullptr, op, path, ": ", std::strerror(errno));
    struct stat facts {};
    const bool is_regular = fstat(fileno(file_), &facts) == 0 && S_ISREG(facts.st_mode);
    if (!is_regular) std::fclose(file_);
    ebb::detail::require(is_regular, op, path, " is not a regular file");
    size_ = static_cast<std::uint64_t>(facts.st_size);
  }
  ~InputFile() { std::fclose(file_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Reads exactly `bytes` bytes from `offset` on.
  void read(std::uint64_t offset, void* to, std::size_t bytes) {
    if (fseeko(file_, static_cast<off_t>(offset), SEEK_SET) != 0) fail(offset, std::strerror(errno));
    const std::size_t found = bytes > 0 ? std::fread(to, 1, bytes, file_) : 0;
    if (found != bytes)
      fail(offset, "expected " + std::to_string(bytes) + " bytes, found " + std::to_string(found));
  }

  [[noreturn]] void fail(std::uint64_t offset, const std::string& facts) const {
    ebb::detail::fail(op_, path_, ", offset ", offset, ": ", facts);
  }

 private:
  std::string_view op_;
  std::string path_;
  std::FILE* file_;
  std::uint64_t size_ = 0;
};

/// A file that appears under its name only when it is complete: it is written beside it and renamed.
class OutputFile {
 public:
  [[gnu::cold]] OutputFile(std::string_view op, const std::string& path) : op_(op), path_(path) {
    static std::atomic<int> count{0};
    temporary_ = path + ".tmp" + std::to_string(getpid()) + "." + std::to_string(count++);
    file_ = std::fopen(temporary_.c_str(), "wb");
    ebb::detail::require(file_ != nullptr, op, path, ": ", std::strerror(errno));
  }
  ~OutputFile() {
    if (file_) std::fclose(file_);
    if (!committed_) std::remove(temporary_.c_str());
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(const void* from, std::size_t bytes) {
    check(bytes == 0 || std::fwrite(from, 1, bytes, file_) == bytes);
  }

  /// Writes over bytes that have been written, as the last thing that is done to the file.
  void overwrite(std::uint64_t offset, const void* from, std::size_t bytes) {
    check(fseeko(file_, static_cast<off_t>(offset), SEEK_SET) == 0);
    write(from, bytes);
  }

  /// Has all that was written on the disk before `commit`: whenever the machine stops, the name belongs to the
  /// old file or to the whole new one.
  void flush() { check(std::fflush(file_) == 0 && fsync(fileno(file_)) == 0); }

  /// Gives the file its name.
  void commit() {
    const bool closed = std::fclose(file_) == 0;
    file_ = nullptr;
    check(closed);
    check(std::rename(temporary_.c_str(), path_.c_str()) == 0);
    committed_ = true;
  }

 private:
  void check(bool good) const { ebb::detail::require(good, op_, path_, ": ", std::strerror(errno)); }

  std::string_view op_;
  std::string path_, temporary_;
  std::FILE* file_;
  bool committed_ = false;
};

}  // namespace EBB_NAMESPACE::io::detail
