#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ebb/io/detail/file.hpp"
#include "ebb/io/detail/utf8.hpp"

namespace EBB_NAMESPACE::io::detail {

/// Reads JSON (RFC 8259) step by step, as a caller who knows what must come asks for it: no tree is built,
/// and what is nested deeper than expected is an error like any other. Errors give the offset in the file.
class JsonReader {
 public:
  /// `text` starts at `offset` of `file`.
  JsonReader(const InputFile& file, std::string_view text, std::uint64_t offset)
      : file_(file), text_(text), offset_(offset) {}

  /// Calls member(name) for each member of an object; it reads the value.
  template <class F>
  void object(F member) {
    list('{', '}', [&] {
      const std::string name = string();
      expect(':');
      member(name);
    });
  }

  /// Calls element() for each element of an array; it reads the value.
  template <class F>
  void array(F element) {
    list('[', ']', element);
  }

  /// A whole number >= 0.
  std::uint64_t number() {
    skip_space();
    const std::size_t start = at_;
    std::uint64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const auto digit = static_cast<std::uint64_t>(text_[at_] - '0');
      if (value > (UINT64_MAX - digit) / 10) fail("a number that fits into 64 bits", start);
      value = value * 10 + digit;
    }
    const bool leading_zero = at_ - start > 1 && text_[start] == '0';
    const bool has_fraction = at_ < text_.size() && (text_[at_] == '.' || (text_[at_] | 0x20) == 'e');
    if (at_ == start || leading_zero || has_fraction) fail("a whole number >= 0", start);
    return value;
  }

  std::string string() {
    expect('"');
    std::string out;
    while (true) {
      if (at_ >= text_.size()) fail("'\"'");
      const char next = text_[at_];
      if (next == '"') break;
      if (next == '\\') {
        escape(out);
        continue;
      }
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0 || static_cast<unsigned char>(next) < 0x20) fail("a character of a string in UTF-8");
      out.append(text_, at_, length);
      at_ += length;
    }
    ++at_;
    return out;
  }

  /// Nothing but space is left.
  void end() {
    skip_space();
    if (at_ < text_.size()) fail("the end of the text");
  }

  /// The position in the file of what comes next.
  [[nodiscard]] std::uint64_t offset() const { return offset_ + at_; }

  [[noreturn]] void fail(const std::string& expected) const { fail(expected, at_); }

 private:
  template <class F>
  void list(char open, char close, F element) {
    expect(open);
    if (accept(close)) return;
    do element();
    while (accept(','));
    expect(close);
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  bool accept(char wanted) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) fail(std::string{'\'', wanted, '\''});
  }

  // At a backslash.
  void escape(std::string& out) {
    constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    const std::size_t start = at_++;
    const char name = at_ < text_.size() ? text_[at_++] : '\0';
    if (name != 'u') {
      const std::size_t which = names.find(name);
      if (which == std::string_view::npos) fail("an escape sequence", start);
      out += values[which];
      return;
    }
    std::uint32_t code = hex4(start);
    if (code >= 0xD800 && code < 0xDC00) {
      const bool has_low = text_.substr(at_, 2) == "\\u";
      at_ += 2;
      const std::uint32_t low = has_low ? hex4(start) : 0;
      if (low < 0xDC00 || low > 0xDFFF) fail("a pair of surrogates", start);
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
      fail("a pair of surrogates", start);
    }
    append_utf8(out, code);
  }

  std::uint32_t hex4(std::size_t start) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char digit = at_ < text_.size() ? text_[at_] : ' ';
      const std::size_t value =
          digits.find(digit >= 'A' && digit <= 'F' ? static_cast<char>(digit | 0x20) : digit);
      if (value == std::string_view::npos) fail("four hexadecimal digits", start);
      code = code << 4 | static_cast<std::uint32_t>(value);
    }
    return code;
  }

  [[noreturn]] void fail(const std::string& expected, std::size_t at) const {
    std::string found = "the end";
    if (at < text_.size()) {
      const char c = text_[at];
      constexpr char digits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      found = c >= 0x20 && c < 0x7F ? std::string{'\'', c, '\''}
                                    : std::string("byte 0x") + digits[byte >> 4] + digits[byte & 15];
    }
    file_.fail(offset_ + at, "expected " + expected + ", found " + found);
  }

  const InputFile& file_;
  std::string_view text_;
  std::uint64_t offset_;
  std::size_t at_ = 0;
};

/// Appends `text`, which is UTF-8, as a JSON string.
inline void append_json_string(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20) {
      out += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace EBB_NAMESPACE::io::detail
