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
#include "traffic/pcapng.hpp"

namespace traffic {
namespace {

constexpr std::size_t kStreamBuffer = 1 << 18;

constexpr std::size_t kLargestBlock = 16 << 20;  // libpcap refuses larger ones
constexpr int kNoInterface = -1;

}  // namespace

CaptureSource::CaptureSource(const std::filesystem::path& path) : file_(path) {
  const std::span<const std::uint8_t> start = file_.peek(bytes_to_recognize);
  const RecognizedFormat found = recognize_format(start);
  pcapng_ = found.format == FileFormat::pcapng;
  as_it_is_ = found.format == FileFormat::pcap;
  if (as_it_is_) look_at_pcap_header(start);
  if (pcapng_ || as_it_is_) return;
  const bool failed = start.empty() && !file_.error().empty();
  throw ebb::Error("capture", shown_name(path) + ": offset 0: expected a pcap or pcapng file, found " +
                                  (failed ? file_.error() : found.what));
}

void CaptureSource::look_at_pcap_header(std::span<const std::uint8_t> start) {
  constexpr std::size_t kHeader = 24;
  constexpr std::uint32_t kLinkType = 0x03ffffff;  // the bits above say how long check sequences are
  constexpr std::uint32_t kModified = 0xa1b2cd34;
  if (start.size() < kHeader) return;  // libpcap refuses it
  const bool big_endian = start[0] == 0xa1;
  const auto number = [&](std::size_t at) { return big_endian ? big32(&start[at]) : little32(&start[at]); };
  pcap_link_type_ = static_cast<int>(number(20) & kLinkType);
  pcap_record_header_ = number(0) == kModified ? 24 : 16;
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

// Puts the next block of the file into block_, in the byte order of the first section. Damage is left for
// libpcap to find and to name.
void CaptureSource::next_block() {
  constexpr std::size_t kStart = 12;  // a section header tells its byte order in its third word
  const std::uint64_t at = file_.offset();
  handed_on_ = 0;
  block_.resize(kStart);
  block_.resize(file_.read(block_.data(), kStart));
  if (!block_.empty()) last_block_ = at;
  if (block_.size() < kStart) return;
  if (big32(block_.data()) == pcapng::section_header) {
    section_is_big_endian_ = big32(block_.data() + pcapng::block_body) == pcapng::byte_order_magic;
    if (at == 0) big_endian_ = section_is_big_endian_;
  }
  const std::size_t length = section_is_big_endian_ ? big32(block_.data() + 4) : little32(block_.data() + 4);
  as_it_is_ = length < pcapng::block_frame || length % 4 != 0 || length > kLargestBlock;
  if (!as_it_is_) {
    block_.resize(length);
    block_.resize(kStart + file_.read(block_.data() + kStart, length - kStart));
  }
  if (section_is_big_endian_ != big_endian_) pcapng::swap_byte_order(block_, section_is_big_endian_);
  if (block_.size() == length) adapt_block();
}

void CaptureSource::adapt_block() {
  using pcapng::block_body;
  const std::size_t body = block_.size() - pcapng::block_frame;
  switch (number32(0)) {
    case pcapng::section_header:
      interfaces_.clear();
      break;
    case pcapng::interface_description:
      if (body >= 8) add_interface();
      break;
    case pcapng::packet:
      if (body >= 20) add_packet(number16(block_body));
      break;
    case pcapng::simple_packet:
      if (body >= 4) add_simple_packet();
      break;
    case pcapng::enhanced_packet:
      if (body >= 20) add_packet(number32(block_body));
      break;
    default:
      break;
  }
}

void CaptureSource::add_interface() {
  using pcapng::block_body;
  constexpr std::size_t kSnapshotLength = block_body + 4;
  interfaces_.push_back({static_cast<int>(number16(block_body)), number32(kSnapshotLength)});
  block_[block_body] = big_endian_ ? 0 : link_type::ethernet;
  block_[block_body + 1] = big_endian_ ? link_type::ethernet : 0;
  std::fill_n(block_.begin() + kSnapshotLength, 4, std::uint8_t{0});  // unlimited
}

void CaptureSource::add_packet(std::size_t interface) {
  const int type = interface < interfaces_.size() ? interfaces_[interface].link_type : kNoInterface;
  pending_.push_back({.offset = last_block_, .link_type = type, .length = std::nullopt});
}

// How much was captured of a simple packet only its interface's snapshot length tells, which libpcap does not
// get to see: it is given that as the packet's length.
void CaptureSource::add_simple_packet() {
  add_packet(0);
  if (interfaces_.empty() || interfaces_[0].snapshot_length == 0) return;
  const std::uint32_t length = number32(pcapng::block_body);
  if (length <= interfaces_[0].snapshot_length) return;
  pending_.back().length = length;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t shift = 8 * (big_endian_ ? 3 - i : i);
    block_[pcapng::block_body + i] = static_cast<std::uint8_t>(interfaces_[0].snapshot_length >> shift);
  }
}

}  // namespace traffic
