#include "traffic/file.hpp"

#include <ebb/core/error.hpp>

#include <cerrno>
#include <cstdio>

#include <unistd.h>

namespace traffic {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw ebb::Error("file", path.string() + ": " + std::strerror(errno));
}

}  // namespace

FileDescriptor::FileDescriptor(const std::filesystem::path& path, int flags)
    : number_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {
  if (number_ < 0) fail(path);
}

bool FileDescriptor::close() {
  const int number = std::exchange(number_, -1);
  return number < 0 || ::close(number) == 0;
}

std::size_t read_some(const std::filesystem::path& path, const FileDescriptor& file, void* to,
                      std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = read(file.number(), static_cast<char*>(to) + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void read_at(const std::filesystem::path& path, const FileDescriptor& file, std::uint64_t offset, void* to,
             std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got =
        pread(file.number(), static_cast<char*>(to) + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path);
    if (got == 0) {
      throw ebb::Error("file", path.string() + ": offset " + std::to_string(offset) + ": expected " +
                                   std::to_string(size) + " bytes, found " + std::to_string(done));
    }
    done += static_cast<std::size_t>(got);
  }
}

void write_all(const std::filesystem::path& path, const FileDescriptor& file, const void* from,
               std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::write(file.number(), static_cast<const char*>(from) + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path);
    done += static_cast<std::size_t>(got);
  }
}

std::string file_content(const std::filesystem::path& path) {
  constexpr std::size_t kPiece = 1 << 16;
  // A pipe would be waited for, a device may never end.
  const auto status = std::filesystem::status(path);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw ebb::Error("file", path.string() + ": not a regular file");
  }
  const FileDescriptor file(path, O_RDONLY);
  std::string content;
  for (std::size_t got = kPiece; got == kPiece;) {
    const std::size_t before = content.size();
    content.resize(before + kPiece);
    got = read_some(path, file, content.data() + before, kPiece);
    content.resize(before + got);
  }
  return content;
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path unfinished = path.string() + ".tmp";
  OutputFile file(unfinished);
  file.write(text.data(), text.size());
  file.close();
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) fail(path);
}

void sync(const std::filesystem::path& path) {
  const FileDescriptor file(path, O_RDONLY);
  if (fsync(file.number()) != 0) fail(path);
}

OutputFile::OutputFile(const std::filesystem::path& path)
    : path_(path),
      file_(path, O_WRONLY | O_CREAT | O_TRUNC),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(buffer_size)) {}

void OutputFile::flush() {
  write_through(buffer_.get(), filled_);
  filled_ = 0;
}

void OutputFile::rewind() {
  flush();
  if (lseek(file_.number(), 0, SEEK_SET) < 0) fail(path_);
}

void OutputFile::close() {
  flush();
  if (!file_.close()) fail(path_);
}

}  // namespace traffic
