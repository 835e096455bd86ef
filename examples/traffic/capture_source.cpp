#include "traffic/capture_source.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "traffic/bytes.hpp"
#include "traffic/capture.hpp"
#include "traffic/file_format.hpp"
#include "traffic/link_layer.hpp"

namespace traffic {
namespace {

constexpr std::size_t kStreamBuffer = 1 << 18;

// Block types of pcapng (draft-ietf-opsawg-pcapng).
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kPacket = 2;  // obsolete, but still found
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::size_t kBlockFrame = 12;  // type and length before the body, length again after it
constexpr std::size_t kBody = 8;
constexpr std::size_t kLargestBlock = 16 << 20;  // libpcap refuses larger ones
constexpr int kNoInterface = -1;

}  // namespace

CaptureSource::CaptureSource(const std::filesystem::path& path) : file_(path) {
  const std::span<const std::uint8_t> start = file_.peek(bytes_to_recognize);
  const RecognizedFormat found = recognize_format(start);
  pcapng_ = found.format == FileFormat::pcapng;
  as_it_is_ = found.format == FileFormat::pcap;
  if (pcapng_ || as_it_is_) return;
  const bool failed = start.empty() && !file_.error().empty();
  throw ebb::Error("capture", shown_name(path) + ": offset 0: expected a pcap or pcapng file, found " +
                                  (failed ? file_.error() : found.what));
}

std::FILE* CaptureSource::open_stream() {
  cookie_io_functions_t functions{};
  functions.read = [](void* self, char* to, std::size_t size) {
    return static_cast<ssize_t>(static_cast<CaptureSource*>(self)->read(to, size));
  };
  std::FILE* stream = fopencookie(this, "rb", functions);
  if (!stream) throw ebb::Error("capture", std::strerror(errno));
  std::setvbuf(stream, nullptr, _IOFBF, kStreamBuffer);
  return stream;
}

std::size_t CaptureSource::read(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    if (handed_on_ == block_.size()) {
      if (as_it_is_) return done + file_.read(reinterpret_cast<std::uint8_t*>(to) + done, size - done);
      next_block();
      if (block_.empty()) break;
    }
    const std::size_t part = std::min(size - done, block_.size() - handed_on_);
    std::memcpy(to + done, block_.data() + handed_on_, part);
    handed_on_ += part;
    done += part;
  }
  return done;
}

std::uint32_t CaptureSource::number16(std::size_t at) const {
  return big_endian_ ? big16(block_.data() + at) : little16(block_.data() + at);
}

std::uint32_t CaptureSource::number32(std::size_t at) const {
  return big_endian_ ? big32(block_.data() + at) : little32(block_.data() + at);
}

// Puts the next block of the file into block_. Damage is left for libpcap to find and to name.
void CaptureSource::next_block() {
  constexpr std::size_t kStart = 12;  // a section header tells its byte order in its third word
  const std::uint64_t at = file_.offset();
  handed_on_ = 0;
  block_.resize(kStart);
  block_.resize(file_.read(block_.data(), kStart));
  if (!block_.empty()) last_block_ = at;
  if (block_.size() < kStart) return;
  if (number32(0) == kSectionHeader) big_endian_ = big32(block_.data() + 8) == 0x1a2b3c4d;
  const std::size_t length = number32(4);
  if (length < kBlockFrame || length % 4 != 0 || length > kLargestBlock) {
    as_it_is_ = true;
    return;
  }
  block_.resize(length);
  block_.resize(kStart + file_.read(block_.data() + kStart, length - kStart));
  if (block_.size() == length) adapt_block();
}

void CaptureSource::adapt_block() {
  const std::size_t body = block_.size() - kBlockFrame;
  const auto add_packet = [this](std::size_t interface) {
    pending_.push_back({last_block_, interface < link_types_.size() ? link_types_[interface] : kNoInterface});
  };
  switch (number32(0)) {
    case kSectionHeader:
      link_types_.clear();
      break;
    case kInterface: {
      constexpr std::size_t kSnapshotLength = kBody + 4;
      if (body < 8) break;
      link_types_.push_back(static_cast<int>(number16(kBody)));
      SnapshotLength length;
      std::copy_n(block_.begin() + kSnapshotLength, length.size(), length.begin());
      if (!snapshot_length_) snapshot_length_ = length;
      std::copy(snapshot_length_->begin(), snapshot_length_->end(), block_.begin() + kSnapshotLength);
      block_[kBody] = big_endian_ ? 0 : link_type::ethernet;
      block_[kBody + 1] = big_endian_ ? link_type::ethernet : 0;
      break;
    }
    case kPacket:
      if (body >= 20) add_packet(number16(kBody));
      break;
    case kSimplePacket:
      if (body >= 4) add_packet(0);
      break;
    case kEnhancedPacket:
      if (body >= 20) add_packet(number32(kBody));
      break;
    default:
      break;
  }
}

}  // namespace traffic
