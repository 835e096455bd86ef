#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>

namespace traffic {

/// A file that is written through a large buffer. Every failure, a full disk above all, throws ebb::Error "file".
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& path);

  void write(const void* from, std::size_t size);
  template <class T>
  void write(const T& value) {
    write(&value, sizeof value);
  }
  /// Overwrites what stands at the start.
  template <class T>
  void rewrite_start(const T& value) {
    rewind();
    write(&value, sizeof value);
  }
  /// Must be called: only then is everything known to be written.
  void close();

 private:
  void rewind();
  [[noreturn]] void fail() const;

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
};

/// A whole file in memory, read-only, brought in by the system where it is touched. Throws ebb::Error "file".
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }
  /// Bytes will be read from the start to the end.
  void read_sequentially() const;

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace traffic
