#include "traffic/mask.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <array>

#include "traffic/bytes.hpp"
#include "traffic/packet_vector.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

struct NamedMember {
  std::string_view name;
  bool Mask::*member;
};
constexpr std::array<NamedMember, 7> kMembers{{{"ports", &Mask::ports},
                                               {"checksums", &Mask::checksums},
                                               {"ip-id", &Mask::ip_id},
                                               {"seq", &Mask::seq},
                                               {"window", &Mask::window},
                                               {"timestamps", &Mask::timestamps},
                                               {"sni", &Mask::sni}}};

constexpr std::string_view kAlways = "addresses";

// What lies past the end is not there to be zeroed.
void zero(std::span<std::uint8_t> bytes, std::size_t from, std::size_t count) {
  if (from >= bytes.size()) return;
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), std::min(count, bytes.size() - from),
              std::uint8_t{0});
}

void zero_timestamps(std::span<std::uint8_t> bytes, std::size_t at, std::size_t end) {
  constexpr std::uint8_t kEndOfList = 0;
  constexpr std::uint8_t kNoOperation = 1;
  constexpr std::uint8_t kTimestamps = 8;
  constexpr std::size_t kTimestampsLength = 10;
  end = std::min(end, bytes.size());
  while (at + 1 < end && bytes[at] != kEndOfList) {
    if (bytes[at] == kNoOperation) {
      ++at;
      continue;
    }
    const std::size_t length = bytes[at + 1];
    if (length < 2) return;
    if (bytes[at] == kTimestamps && length == kTimestampsLength) zero(bytes, at + 2, length - 2);
    at += length;
  }
}

// Steps over the fields of a message; fails for good where one lies past the end.
class Cursor {
 public:
  Cursor(std::span<const std::uint8_t> bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  std::size_t number(std::size_t size) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | (at_ + i < bytes_.size() ? bytes_[at_ + i] : 0);
    skip(size);
    return value;
  }
  void skip(std::size_t size) { at_ += std::min(size, bytes_.size() + 1 - std::min(at_, bytes_.size() + 1)); }
  [[nodiscard]] bool ok() const { return at_ <= bytes_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_;
};

// The ClientHello of RFC 8446, section 4.1.2, and its extension server_name of RFC 6066, section 3.
void zero_server_name(std::span<std::uint8_t> bytes, std::size_t payload) {
  constexpr std::size_t kHandshakeRecord = 22;
  constexpr std::size_t kClientHello = 1;
  constexpr std::size_t kServerName = 0;
  Cursor cursor(bytes, payload);
  if (cursor.number(1) != kHandshakeRecord || cursor.number(1) != 3) return;
  cursor.skip(1 + 2);  // minor version, record length
  if (cursor.number(1) != kClientHello) return;
  cursor.skip(3 + 2 + 32);        // length, version, random
  cursor.skip(cursor.number(1));  // session id
  cursor.skip(cursor.number(2));  // cipher suites
  cursor.skip(cursor.number(1));  // compression methods
  cursor.skip(2);                 // length of all extensions
  while (cursor.ok() && cursor.at() + 4 <= bytes.size()) {
    const std::size_t type = cursor.number(2);
    const std::size_t length = cursor.number(2);
    if (type == kServerName) {
      cursor.skip(2 + 1);  // length of the list, type of the name
      const std::size_t name_length = cursor.number(2);
      if (cursor.ok()) zero(bytes, cursor.at(), name_length);
      return;
    }
    cursor.skip(length);
  }
}

}  // namespace

bool Mask::set(std::string_view name) {
  for (const NamedMember& known : kMembers) {
    if (known.name == name) return this->*known.member = true;
  }
  return false;
}

std::vector<std::string> Mask::names() const {
  std::vector<std::string> result;
  for (const NamedMember& known : kMembers) {
    if (this->*known.member) result.emplace_back(known.name);
  }
  return result;
}

std::vector<std::string> mask_names() {
  std::vector<std::string> names{std::string(kAlways)};
  for (const NamedMember& known : kMembers) names.emplace_back(known.name);
  return names;
}

Mask parse_mask(const std::vector<std::string>& names) {
  Mask mask;
  for (const std::string& name : names) {
    if (mask.set(name) || name == kAlways) continue;
    std::string known;
    for (const std::string& one : mask_names()) known += " " + one;
    throw ebb::Error("mask", "'" + abbreviated(name) + "' is none of" + known);
  }
  return mask;
}

void apply_mask(const Mask& mask, const Packet& packet, std::span<std::uint8_t> vector) {
  const bool tcp = packet.protocol == Protocol::tcp;
  const auto [transport, payload] = vector_layout(packet);
  if (mask.ports) zero(vector, transport, 4);
  if (mask.checksums) {
    zero(vector, 10, 2);
    zero(vector, transport + (tcp ? 16 : 6), 2);
  }
  if (mask.ip_id) zero(vector, 4, 2);
  if (!tcp) return;
  if (mask.seq) zero(vector, transport + 4, 8);
  if (mask.window) zero(vector, transport + 14, 2);
  if (mask.timestamps) zero_timestamps(vector, transport + 20, payload);
  if (mask.sni) zero_server_name(vector, payload);
}

}  // namespace traffic
