#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <zlib.h>

#include "traffic/file.hpp"

namespace traffic {

/// The bytes of a capture's file from its start on, decompressed where it starts like a gzip file. It is
/// opened once, so that it may be a pipe.
///
/// zlib's own gzread is not used: on damaged data it throws away what it had decompressed before.
class ByteSource {
 public:
  /// Throws ebb::Error "file" where it cannot be opened, "capture" where it can be no capture (a folder).
  explicit ByteSource(const std::filesystem::path& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Up to `size` bytes; fewer only at the end or at damage, which error() then names.
  std::size_t read(std::uint8_t* to, std::size_t size);
  /// The next `size` bytes without taking them, fewer as read; valid until the next call.
  std::span<const std::uint8_t> peek(std::size_t size);

  /// Bytes handed out, and bytes of the file they took.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] std::uint64_t file_position() const { return file_position_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  std::size_t read_on(std::uint8_t* to, std::size_t size);
  std::size_t read_file(std::uint8_t* to, std::size_t size);
  bool refill();
  std::size_t copy_some(std::uint8_t* to, std::size_t size);
  bool next_member();
  std::size_t inflate_some(std::uint8_t* to, std::size_t size);

  FileDescriptor file_;
  std::uint64_t offset_ = 0;
  std::uint64_t file_position_ = 0;
  bool compressed_ = false;
  std::string error_;
  std::vector<std::uint8_t> peeked_;  // and not taken
  std::vector<std::uint8_t> input_;   // of the file; what is not used yet starts at input_at_
  std::size_t input_at_ = 0;
  z_stream inflater_{};
  bool between_members_ = false;  // a .gz may be several, one after the other
};

}  // namespace traffic
