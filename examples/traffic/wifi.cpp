#include "traffic/wifi.hpp"

#include "traffic/bytes.hpp"
#include "traffic/encapsulation.hpp"

namespace traffic {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kCheckSequence = 4;
constexpr std::uint32_t kAvsMagic = 0x80211000;  // the last byte is a version

// First byte of the frame control field: version, type and subtype.
constexpr unsigned kVersionAndType = 0x0f;
constexpr unsigned kData = 0x08;
constexpr unsigned kNoContent = 0x40;
constexpr unsigned kQos = 0x80;
// Its second byte.
constexpr unsigned kBetweenAccessPoints = 0x03;  // to and from the distribution system: four addresses
constexpr unsigned kProtected = 0x40;
constexpr unsigned kOrder = 0x80;  // in a QoS frame: HT control follows

// Where the flags stand in a radiotap header; its fields follow in the order of the bits that announce them,
// each aligned to its size.
WifiFlags radiotap_flags(Bytes header) {
  constexpr std::uint32_t kTime = 1;
  constexpr std::uint32_t kFlags = 2;
  constexpr std::uint32_t kMoreAnnouncements = 0x80000000;
  std::size_t at = 4;
  const std::uint32_t announced = little32(&header[at]);
  if ((announced & kFlags) == 0) return {};
  while (at + 4 <= header.size() && (little32(&header[at]) & kMoreAnnouncements) != 0) at += 4;
  at += 4;
  if ((announced & kTime) != 0) at = (at + 7) / 8 * 8 + 8;
  if (at >= header.size()) return {};
  return {.check_sequence = (header[at] & 0x10) != 0, .padded_header = (header[at] & 0x20) != 0};
}

}  // namespace

NetworkLayer wifi(Bytes bytes, std::size_t at, WifiFlags flags) {
  constexpr std::size_t kHeader = 24;
  constexpr std::size_t kSubframeHeader = 14;
  if (at + 2 > bytes.size()) return cut_short;
  const unsigned kind = bytes[at];
  const unsigned control = bytes[at + 1];
  if ((kind & kVersionAndType) != kData || (kind & kNoContent) != 0 || (control & kProtected) != 0)
    return not_ip;

  std::size_t header = kHeader;
  if ((control & kBetweenAccessPoints) == kBetweenAccessPoints) header += 6;
  const std::size_t qos_control = at + header;
  const bool qos = (kind & kQos) != 0;
  if (qos) header += (control & kOrder) != 0 ? 6 : 2;
  if (flags.padded_header) header = (header + 3) / 4 * 4;
  if (at + header > bytes.size()) return cut_short;
  const bool after_first_fragment = (bytes[at + 22] & 0x0f) != 0;
  if (after_first_fragment) return not_ip;

  at += header;
  const bool several_packets = qos && (bytes[qos_control] & 0x80) != 0;
  NetworkLayer found = llc(bytes, several_packets ? at + kSubframeHeader : at);
  if (flags.check_sequence) found.trailer = kCheckSequence;
  return found;
}

NetworkLayer radiotap(Bytes bytes) {
  constexpr std::size_t kLeast = 8;
  if (bytes.size() < kLeast) return cut_short;
  const std::size_t length = little16(&bytes[2]);
  if (bytes[0] != 0 || length < kLeast) return not_ip;
  if (length > bytes.size()) return cut_short;
  return wifi(bytes, length, radiotap_flags(bytes.first(length)));
}

NetworkLayer prism(Bytes bytes) {
  constexpr std::size_t kLeast = 8;
  if (bytes.size() < kLeast) return cut_short;
  if ((big32(bytes.data()) & 0xffffff00) == kAvsMagic) return avs(bytes);  // under the same link type
  return wifi(bytes, little32(&bytes[4]));
}

NetworkLayer avs(Bytes bytes) {
  constexpr std::size_t kLeast = 8;
  return bytes.size() < kLeast ? cut_short : wifi(bytes, big32(&bytes[4]));
}

}  // namespace traffic
