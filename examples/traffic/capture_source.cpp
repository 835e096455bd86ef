#include "traffic/capture_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ebb/core/error.hpp>

#include "traffic/bytes.hpp"

namespace traffic {
namespace {

constexpr std::size_t kMagic = 4;
constexpr unsigned kFileBuffer = 1 << 18;
constexpr std::size_t kStreamBuffer = 1 << 18;

// Block types of pcapng (draft-ietf-opsawg-pcapng).
constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kPacket = 2;  // obsolete, still found
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::size_t kBlockFrame = 12;  // type, length, length again
constexpr std::size_t kLargestBlock = 16 << 20;
constexpr int kUnknownInterface = -1;

bool starts_like_pcap(const std::uint8_t* magic) {
  for (const std::uint32_t known : {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34}) {
    if (big32(magic) == known || little32(magic) == known) return true;
  }
  return false;
}

bool starts_like_pcapng(const std::uint8_t* magic) { return big32(magic) == kSectionHeader; }

}  // namespace

bool is_capture(const std::filesystem::path& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file) return false;
  std::array<std::uint8_t, kMagic> magic{};
  const bool complete = gzread(file, magic.data(), kMagic) == static_cast<int>(kMagic);
  gzclose_r(file);
  return complete && (starts_like_pcap(magic.data()) || starts_like_pcapng(magic.data()));
}

CaptureSource::CaptureSource(const std::filesystem::path& path) : path_(path.string()) {
  file_ = gzopen(path.c_str(), "rb");
  if (!file_) throw ebb::Error("capture", path_ + ": " + std::strerror(errno));
  gzbuffer(file_, kFileBuffer);
  block_.resize(kMagic);
  const std::size_t got = read_file(block_.data(), kMagic);
  if (got == kMagic) pcapng_ = starts_like_pcapng(block_.data());
  if (got < kMagic || !(pcapng_ || starts_like_pcap(block_.data()))) {
    const std::string why = error();
    gzclose_r(file_);
    throw ebb::Error("capture", path_ + ": offset 0: expected the first bytes of a pcap or pcapng file, found " +
                                    (why.empty() ? "something else" : why));
  }
  plain_ = !pcapng_;
  if (pcapng_) {
    gzrewind(file_);
    offset_ = 0;
    block_.clear();
  }
}

CaptureSource::~CaptureSource() { gzclose_r(file_); }

std::FILE* CaptureSource::open_stream() {
  cookie_io_functions_t functions{};
  functions.read = [](void* self, char* to, std::size_t size) {
    return static_cast<CaptureSource*>(self)->read(to, size);
  };
  std::FILE* stream = fopencookie(this, "rb", functions);
  if (!stream) throw ebb::Error("capture", path_ + ": " + std::strerror(errno));
  std::setvbuf(stream, nullptr, _IOFBF, kStreamBuffer);
  return stream;
}

std::uint64_t CaptureSource::file_position() const { return static_cast<std::uint64_t>(gzoffset(file_)); }

std::string CaptureSource::error() const {
  int code = Z_OK;
  const char* text = gzerror(file_, &code);
  if (code == Z_ERRNO) return std::strerror(errno);
  return code == Z_OK || code == Z_STREAM_END ? "" : std::string("gzip: ") + text;
}

std::size_t CaptureSource::read_file(std::uint8_t* to, std::size_t size) {
  const int got = gzread(file_, to, static_cast<unsigned>(size));
  if (got < 0) return 0;
  offset_ += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

std::ptrdiff_t CaptureSource::read(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    if (handed_on_ == block_.size()) {
      if (plain_ && done == 0) {
        done = read_file(reinterpret_cast<std::uint8_t*>(to), std::min<std::size_t>(size, kStreamBuffer));
        break;
      }
      if (plain_) break;
      next_block();
      if (block_.empty()) break;
    }
    const std::size_t part = std::min(size - done, block_.size() - handed_on_);
    std::memcpy(to + done, block_.data() + handed_on_, part);
    handed_on_ += part;
    done += part;
  }
  return static_cast<std::ptrdiff_t>(done);
}

std::uint32_t CaptureSource::number(std::size_t at, int bytes) const {
  const std::uint8_t* from = block_.data() + at;
  if (bytes == 2) return big_endian_ ? big16(from) : little16(from);
  return big_endian_ ? big32(from) : little32(from);
}

// Puts the next block of the file into block_, or, from the first sign of damage on, whatever is there:
// libpcap will find and name it.
void CaptureSource::next_block() {
  constexpr std::size_t kStart = 12;  // a section header tells its byte order in the third word
  const std::uint64_t at = offset_;
  handed_on_ = 0;
  block_.resize(kStart);
  block_.resize(read_file(block_.data(), kStart));
  if (block_.size() < kStart) return;
  if (number(0, 4) == kSectionHeader) big_endian_ = big32(block_.data() + 8) == 0x1a2b3c4d;
  const std::size_t length = number(4, 4);
  if (length < kBlockFrame || length % 4 != 0 || length > kLargestBlock) {
    plain_ = true;
    return;
  }
  block_.resize(length);
  block_.resize(kStart + read_file(block_.data() + kStart, length - kStart));
  if (block_.size() == length) adapt_block(at);
}

void CaptureSource::adapt_block(std::uint64_t at) {
  const auto link_type_of = [this](std::uint32_t interface) {
    return interface < interfaces_.size() ? static_cast<int>(interfaces_[interface]) : kUnknownInterface;
  };
  const std::size_t body = block_.size() - kBlockFrame;
  switch (number(0, 4)) {
    case kSectionHeader:
      interfaces_.clear();
      break;
    case kInterface: {
      if (body < 8) break;
      interfaces_.push_back(static_cast<std::uint16_t>(number(8, 2)));
      if (!first_link_type_) first_link_type_ = {block_[8], block_[9]};
      std::copy(first_link_type_->begin(), first_link_type_->end(), block_.begin() + 8);
      std::fill_n(block_.begin() + 12, 4, std::uint8_t{0});
      break;
    }
    case kPacket:
      if (body >= 20) pending_.push_back({at, link_type_of(number(8, 2))});
      break;
    case kSimplePacket:
      if (body >= 4) pending_.push_back({at, link_type_of(0)});
      break;
    case kEnhancedPacket:
      if (body >= 20) pending_.push_back({at, link_type_of(number(8, 4))});
      break;
    default:
      break;
  }
}

}  // namespace traffic
