#include "traffic/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "traffic/text_widths.hpp"

namespace traffic {
namespace {

constexpr const char* kEllipsis = "\u2026";

template <std::size_t N>
bool contains(const std::array<CodeRange, N>& ranges, std::uint32_t code) {
  const auto range = std::lower_bound(ranges.begin(), ranges.end(), code,
                                      [](const CodeRange& r, std::uint32_t c) { return r.last < c; });
  return range != ranges.end() && range->first <= code;
}

struct Character {
  std::uint32_t code;
  std::size_t bytes;
};

// The character at the start of a text that is not empty (RFC 3629), or nothing.
std::optional<Character> first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint32_t lead = byte(0);
  const std::size_t bytes = lead < 0x80   ? 1
                            : lead < 0xc2 ? 0
                            : lead < 0xe0 ? 2
                            : lead < 0xf0 ? 3
                            : lead < 0xf5 ? 4
                                          : 0;
  if (bytes == 0 || bytes > text.size()) return std::nullopt;
  std::uint32_t code = bytes == 1 ? lead : lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3fu);
  }
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (code < kLeast[bytes] || code > 0x10ffff || surrogate) return std::nullopt;
  return Character{code, bytes};
}

std::size_t width_of(std::uint32_t code) {
  if (contains(zero_width_ranges, code)) return 0;
  return contains(wide_ranges, code) ? 2 : 1;
}

// Those of ASCII, of Latin 1, the separators of lines and paragraphs, what turns the direction of all that
// follows, and what XML does not allow.
bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xfffe || code == 0xffff;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = first_of(text);
    if (!character) return false;
    text.remove_prefix(character->bytes);
  }
  return true;
}

std::string printable(std::string_view text) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string result;
  while (!text.empty()) {
    const auto character = first_of(text);
    const std::size_t bytes = character ? character->bytes : 1;
    if (character && !is_control(character->code)) {
      result += text.substr(0, bytes);
    } else {
      for (const char c : text.substr(0, bytes)) {
        const auto byte = static_cast<std::uint8_t>(c);
        result += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
      }
    }
    text.remove_prefix(bytes);
  }
  return result;
}

std::size_t first_character(std::string_view text) {
  const auto character = first_of(text);
  return character ? character->bytes : 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto character = first_of(text);
    width += character ? width_of(character->code) : 1;
    text.remove_prefix(character ? character->bytes : 1);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string result;
  std::size_t width = 1;  // of the ellipsis
  while (!text.empty()) {
    const auto character = first_of(text);
    width += character ? width_of(character->code) : 1;
    if (width > columns) break;
    result += text.substr(0, character ? character->bytes : 1);
    text.remove_prefix(character ? character->bytes : 1);
  }
  return result + kEllipsis;
}

std::string without_middle(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  const auto within_character = [&](std::size_t at) {
    return at < text.size() && (static_cast<std::uint8_t>(text[at]) & 0xc0) == 0x80;
  };
  const std::size_t shown = bytes - std::string_view(kEllipsis).size();
  std::size_t head = shown / 2, tail = text.size() - (shown - head);
  while (head > 0 && within_character(head)) --head;
  while (within_character(tail)) ++tail;
  return std::string(text.substr(0, head)) + kEllipsis + std::string(text.substr(tail));
}

std::string abbreviated(std::string_view text) {
  constexpr std::size_t kMost = 80;
  // More than 80 columns of any script, but not of marks without width.
  constexpr std::size_t kMostBytes = 4 * (kMost + 1);
  const bool cut = text.size() > kMostBytes;
  const std::string shown = shortened(printable(text.substr(0, kMostBytes)), kMost);
  return cut && !shown.ends_with(kEllipsis) ? shown + kEllipsis : shown;
}

std::string excerpt(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  const std::string shown = abbreviated(line);
  return line.size() < text.size() && !shown.ends_with(kEllipsis) ? shown + kEllipsis : shown;
}

std::string first_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 3;
  const std::size_t shown =
      names.size() <= kMost + 1 ? names.size() : kMost;  // "1 more" says less than a name
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? ", " : "") + names[i];
  if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

}  // namespace traffic
