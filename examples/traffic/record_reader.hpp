#pragma once

#include <cstdio>
#include <ebb/core/error.hpp>
#include <filesystem>
#include <memory>
#include <type_traits>

namespace traffic {

/// Reads a file that is nothing but records of one plain type, in order, through a small buffer.
template <class Record>
class RecordReader {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  explicit RecordReader(const std::filesystem::path& path) : file_(std::fopen(path.c_str(), "rb")) {
    if (!file_) throw ebb::Error("file", path.string() + ": cannot be read");
  }

  /// False at the end.
  bool next(Record& record) { return std::fread(&record, sizeof record, 1, file_.get()) == 1; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace traffic
