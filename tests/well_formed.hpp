#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace ebb::test {

/// Whether a text is well-formed XML, as far as drawings need it: one root, tags that nest, quoted
/// attributes, no bare < or &.
inline bool well_formed(std::string_view text) {
  std::vector<std::string> open;
  bool root = false;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '&') {
      const std::size_t end = text.find(';', at);
      const std::string_view name = text.substr(at + 1, end == std::string_view::npos ? 0 : end - at - 1);
      if (name != "amp" && name != "lt" && name != "gt" && name != "quot") return false;
      at = end;
    } else if (text[at] == '<') {
      const bool closing = text.substr(at).starts_with("</");
      std::size_t end = at + (closing ? 2 : 1);
      std::string name;
      while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end]))) name += text[end++];
      while (end < text.size() && text[end] == ' ') {
        const std::size_t equals = text.find('=', end);
        if (equals == std::string_view::npos || text.substr(equals, 2) != "=\"") return false;
        const std::size_t quote = text.find('"', equals + 2);
        if (quote == std::string_view::npos) return false;
        if (text.substr(equals + 2, quote - equals - 2).find('<') != std::string_view::npos) return false;
        end = quote + 1;
      }
      if (name.empty() || end >= text.size()) return false;
      if (closing) {
        if (open.empty() || open.back() != name || text[end] != '>') return false;
        open.pop_back();
      } else {
        if (open.empty() && root) return false;
        root = true;
        if (text[end] == '>') {
          open.push_back(name);
        } else if (text.substr(end, 2) != "/>") {
          return false;
        } else {
          ++end;
        }
      }
      at = end;
    } else if (open.empty() && !std::isspace(static_cast<unsigned char>(text[at]))) {
      return false;
    }
    ++at;
  }
  return root && open.empty();
}

}  // namespace ebb::test
