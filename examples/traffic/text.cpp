#include "traffic/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "traffic/ascii.hpp"

namespace traffic {
namespace {

// Bytes of the well-formed character that `text` starts with; 0 where it starts with none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // The second byte tells overlong forms, surrogates and what lies above U+10FFFF.
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool no_character = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
  return overlong || no_character ? 0 : size;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kMost = 80;
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  std::string result;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t size = character_size(rest);
    if (result.size() + size > kMost) return result + "...";
    result += size == 0 || is_control(rest[0]) ? "?" : rest.substr(0, size);
    rest.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return line.size() < text.size() ? result + "..." : result;
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
