#include "traffic/file.hpp"

#include <ebb/core/error.hpp>

#include <cerrno>

#include <sys/mman.h>
#include <sys/stat.h>
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

OutputFile::OutputFile(const std::filesystem::path& path)
    : path_(path),
      file_(path, O_WRONLY | O_CREAT | O_TRUNC),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(buffer_size)) {}

void OutputFile::write_through(const void* from, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::write(file_.number(), static_cast<const char*>(from) + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_);
    done += static_cast<std::size_t>(got);
  }
}

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

MappedFile::MappedFile(const std::filesystem::path& path) {
  const FileDescriptor file(path, O_RDONLY);
  struct stat status {};
  if (fstat(file.number(), &status) != 0) fail(path);
  if (status.st_size == 0) return;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (start == MAP_FAILED) fail(path);
  bytes_ = {static_cast<const std::uint8_t*>(start), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace traffic
