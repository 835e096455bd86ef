#include "traffic/capture_file.hpp"

#include <ebb/core/error.hpp>

#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "traffic/byte_source.hpp"
#include "traffic/capture.hpp"
#include "traffic/file_format.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path) {
  throw ebb::Error("file", shown_name(path) + ": " + std::strerror(errno));
}

// A file that cannot be read is one that is not read.
RecognizedFormat recognize_regular_file(const fs::path& path) {
  const auto not_read = [](const std::string& reason) {
    return RecognizedFormat{FileFormat::not_read, "cannot be read: " + reason};
  };
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {};
  if (faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) return not_read(std::strerror(errno));
  ByteSource file(path);
  const std::span<const std::uint8_t> start = file.peek(bytes_to_recognize);
  return start.empty() && !file.error().empty() ? not_read(file.error()) : recognize_format(start);
}

}  // namespace

FileDescriptor open_capture_file(const fs::path& path) {
  const auto refuse = [&](const char* found) {
    throw ebb::Error("capture", shown_name(path) + ": expected a pcap or pcapng file, found " + found);
  };
  FileDescriptor file =
      is_standard_input(path) ? FileDescriptor(dup(STDIN_FILENO)) : FileDescriptor(path, O_RDONLY);
  struct stat status {};
  if (file.number() < 0 || fstat(file.number(), &status) != 0) fail(path);
  if (S_ISDIR(status.st_mode)) refuse("a folder");
  if (isatty(file.number())) refuse("a terminal");
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) refuse("a device");
  return file;
}

bool is_capture(const fs::path& path) {
  const FileFormat format = recognize_regular_file(path).format;
  return format == FileFormat::pcap || format == FileFormat::pcapng;
}

std::optional<std::string> unreadable_capture(const fs::path& path) {
  const RecognizedFormat found = recognize_regular_file(path);
  return found.format == FileFormat::not_read ? std::optional(found.what) : std::nullopt;
}

bool is_standard_input(const fs::path& path) { return path == "-" || path == "/dev/stdin"; }

bool is_read_once(const fs::path& path) {
  std::error_code ignored;
  return is_standard_input(path) || fs::is_fifo(path, ignored) || fs::is_socket(path, ignored);
}

std::uint64_t capture_size(const fs::path& path) {
  struct stat status {};
  const int failed = is_standard_input(path) ? fstat(STDIN_FILENO, &status) : stat(path.c_str(), &status);
  return failed == 0 && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::string shown_name(const fs::path& path) {
  return is_standard_input(path) ? "standard input" : path.string();
}

}  // namespace traffic
