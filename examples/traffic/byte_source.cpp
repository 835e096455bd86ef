#include "traffic/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "traffic/capture_file.hpp"

namespace traffic {
namespace {

constexpr std::size_t kInput = 1 << 16;
constexpr int kGzipOnly = 15 + 16;  // the largest window, a gzip header

constexpr std::size_t kGzipStart = 2;

bool starts_like_gzip(const std::vector<std::uint8_t>& input, std::size_t at) {
  return input.size() >= at + kGzipStart && input[at] == 0x1f && input[at + 1] == 0x8b;
}

}  // namespace

ByteSource::ByteSource(const std::filesystem::path& path) : file_(open_capture_file(path)) {
  refill();
  compressed_ = starts_like_gzip(input_, 0);
  if (compressed_) inflateInit2(&inflater_, kGzipOnly);
}

ByteSource::~ByteSource() {
  if (compressed_) inflateEnd(&inflater_);
}

std::size_t ByteSource::read_file(std::uint8_t* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(file_.number(), to + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error_ = std::strerror(errno);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  file_position_ += done;
  return done;
}

bool ByteSource::refill() {
  input_.resize(kInput);
  input_.resize(read_file(input_.data(), kInput));
  input_at_ = 0;
  return !input_.empty();
}

std::size_t ByteSource::read(std::uint8_t* to, std::size_t size) {
  const std::size_t known = std::min(size, peeked_.size());
  if (known > 0) {
    std::copy_n(peeked_.begin(), known, to);
    peeked_.erase(peeked_.begin(), peeked_.begin() + static_cast<std::ptrdiff_t>(known));
  }
  const std::size_t done = known + read_on(to + known, size - known);
  offset_ += done;
  return done;
}

std::span<const std::uint8_t> ByteSource::peek(std::size_t size) {
  const std::size_t known = peeked_.size();
  if (known < size) {
    peeked_.resize(size);
    peeked_.resize(known + read_on(peeked_.data() + known, size - known));
  }
  return std::span(peeked_).first(std::min(size, peeked_.size()));
}

std::size_t ByteSource::read_on(std::uint8_t* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const std::size_t got =
        compressed_ ? inflate_some(to + done, size - done) : copy_some(to + done, size - done);
    if (got == 0) break;
    done += got;
  }
  return done;
}

// At least one byte, or 0 at the end of the file. Large parts are read to where they belong.
std::size_t ByteSource::copy_some(std::uint8_t* to, std::size_t size) {
  const bool used_up = input_at_ == input_.size();
  if (used_up && size >= kInput) return read_file(to, size);
  if (used_up && !refill()) return 0;
  const std::size_t part = std::min(size, input_.size() - input_at_);
  std::memcpy(to, input_.data() + input_at_, part);
  input_at_ += part;
  return part;
}

// Another member, or the end: zeros may pad it.
bool ByteSource::next_member() {
  if (input_.size() - input_at_ < kGzipStart) {
    const std::vector<std::uint8_t> rest(input_.begin() + static_cast<std::ptrdiff_t>(input_at_),
                                         input_.end());
    refill();
    input_.insert(input_.begin(), rest.begin(), rest.end());
  }
  if (!starts_like_gzip(input_, input_at_)) {
    const bool padding = std::all_of(input_.begin() + static_cast<std::ptrdiff_t>(input_at_), input_.end(),
                                     [](std::uint8_t byte) { return byte == 0; });
    if (!padding) error_ = "what follows the compressed data is not compressed";
    return false;
  }
  inflateReset(&inflater_);
  between_members_ = false;
  return true;
}

// At least one byte, or 0 at the end of the data or where it is damaged.
std::size_t ByteSource::inflate_some(std::uint8_t* to, std::size_t size) {
  if (!error_.empty()) return 0;
  inflater_.next_out = to;
  inflater_.avail_out = static_cast<uInt>(size);
  while (inflater_.avail_out == size) {
    if (input_at_ == input_.size() && !refill()) {
      if (!between_members_ && error_.empty()) error_ = "the compressed data ends too early";
      break;
    }
    if (between_members_ && !next_member()) break;
    inflater_.next_in = input_.data() + input_at_;
    inflater_.avail_in = static_cast<uInt>(input_.size() - input_at_);
    const int result = inflate(&inflater_, Z_NO_FLUSH);
    input_at_ = input_.size() - inflater_.avail_in;
    if (result == Z_STREAM_END) {
      between_members_ = true;
    } else if (result != Z_OK) {
      error_ =
          std::string("the compressed data is damaged: ") + (inflater_.msg ? inflater_.msg : zError(result));
      break;
    }
  }
  return size - inflater_.avail_out;
}

}  // namespace traffic
