#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fcntl.h>

namespace traffic {

/// An open file; closed with its owner.
class FileDescriptor {
 public:
  /// Throws ebb::Error "file".
  FileDescriptor(const std::filesystem::path& path, int flags);
  /// Takes over what is open already.
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() { close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  [[nodiscard]] int number() const { return number_; }
  /// False where the system reports an error only now.
  bool close();

 private:
  int number_ = -1;
};

/// `size` bytes, fewer only at the end of the file. Throws ebb::Error "file".
std::size_t read_some(const std::filesystem::path& path, const FileDescriptor& file, void* to,
                      std::size_t size);

/// Exactly `size` bytes from an offset on, by whatever thread. Throws ebb::Error "file" where the file ends
/// before.
void read_at(const std::filesystem::path& path, const FileDescriptor& file, std::uint64_t offset, void* to,
             std::size_t size);

/// Throws ebb::Error "file".
void write_all(const std::filesystem::path& path, const FileDescriptor& file, const void* from,
               std::size_t size);

/// A whole file. Throws ebb::Error "file".
std::string file_content(const std::filesystem::path& path);

/// Writes a file that is there as a whole or not at all. Throws ebb::Error "file".
void write_file(const std::filesystem::path& path, std::string_view text);

/// Has the system put a file or folder on the disk. Throws ebb::Error "file".
void sync(const std::filesystem::path& path);

/// A file that is written through a large buffer. Every failure, a full disk above all, throws ebb::Error
/// "file".
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& path);

  void write(const void* from, std::size_t size) {
    if (size > buffer_size - filled_) flush();
    if (size > buffer_size) {
      write_through(from, size);
    } else {
      std::memcpy(buffer_.get() + filled_, from, size);
      filled_ += size;
    }
  }
  template <class T>
  void write(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    write(&value, sizeof value);
  }
  /// Overwrites what stands at the start; nothing may be written after it.
  template <class T>
  void rewrite_start(const T& value) {
    rewind();
    write(value);
  }
  /// Must be called: only then is everything known to be written.
  void close();

 private:
  static constexpr std::size_t buffer_size = 1 << 18;

  void flush();
  void write_through(const void* from, std::size_t size) { write_all(path_, file_, from, size); }
  void rewind();

  std::filesystem::path path_;
  FileDescriptor file_;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t filled_ = 0;
};

/// Reads a file that is nothing but records of one plain type, in order, through a small buffer.
template <class Record>
class RecordReader {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  explicit RecordReader(const std::filesystem::path& path) : path_(path), file_(path, O_RDONLY) {}

  /// False at the end.
  bool next(Record& record) {
    if (at_ == count_) {
      count_ = read_some(path_, file_, buffer_.data(), sizeof buffer_) / sizeof(Record);
      at_ = 0;
      if (count_ == 0) return false;
    }
    record = buffer_[at_++];
    return true;
  }

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  std::array<Record, 2048> buffer_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

}  // namespace traffic
