#include "traffic/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ebb/core/error.hpp>
#include <utility>

namespace traffic {
namespace {

constexpr std::size_t kOutputBuffer = 1 << 20;

[[noreturn]] void fail_with_errno(const std::filesystem::path& path) {
  throw ebb::Error("file", path.string() + ": " + std::strerror(errno));
}

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path), file_(std::fopen(path.c_str(), "wb")) {
  if (!file_) fail();
  std::setvbuf(file_.get(), nullptr, _IOFBF, kOutputBuffer);
}

void OutputFile::write(const void* from, std::size_t size) {
  if (std::fwrite(from, 1, size, file_.get()) != size) fail();
}

void OutputFile::rewind() {
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) fail();
}

void OutputFile::close() {
  if (std::fclose(file_.release()) != 0) fail();
}

void OutputFile::fail() const { fail_with_errno(path_); }

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail_with_errno(path);
  struct stat status {};
  void* start = nullptr;
  const bool known = fstat(file, &status) == 0;
  const auto size = static_cast<std::size_t>(status.st_size);
  if (known && size > 0) start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  const int error = errno;
  ::close(file);
  errno = error;
  if (!known || start == MAP_FAILED) fail_with_errno(path);
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

void MappedFile::read_sequentially() const {
  if (!bytes_.empty()) madvise(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size(), MADV_SEQUENTIAL);
}

}  // namespace traffic
