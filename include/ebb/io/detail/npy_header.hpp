#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ebb/core/shape.hpp"
#include "ebb/io/detail/file.hpp"

namespace EBB_NAMESPACE::io::detail {

static_assert(std::endian::native == std::endian::little, "the file formats are little-endian");

/// NumPy's name of an element type, without the byte order; empty where it has none.
template <class T>
inline constexpr std::string_view npy_type = {};
template <>
inline constexpr std::string_view npy_type<float> = "f4";
template <>
inline constexpr std::string_view npy_type<double> = "f8";
template <>
inline constexpr std::string_view npy_type<std::int8_t> = "i1";
template <>
inline constexpr std::string_view npy_type<std::int16_t> = "i2";
template <>
inline constexpr std::string_view npy_type<std::int32_t> = "i4";
template <>
inline constexpr std::string_view npy_type<std::int64_t> = "i8";
template <>
inline constexpr std::string_view npy_type<std::uint8_t> = "u1";
template <>
inline constexpr std::string_view npy_type<std::uint16_t> = "u2";
template <>
inline constexpr std::string_view npy_type<std::uint32_t> = "u4";
template <>
inline constexpr std::string_view npy_type<std::uint64_t> = "u8";
template <>
inline constexpr std::string_view npy_type<bool> = "b1";

inline constexpr std::string_view npy_magic = "\x93NUMPY";

struct NpyHeader {
  bool is_half = false;     ///< elements of binary16
  bool big_endian = false;  ///< of more than one byte
  bool fortran_order = false;
  Shape shape;
  std::uint64_t data = 0;  ///< position of the elements in the file
};

/// Reads the Python dictionary that a header is, of which NumPy allows exactly three literal members.
class NpyHeaderReader {
 public:
  /// `text` starts at `offset` of `file`.
  NpyHeaderReader(const InputFile& file, std::string_view text, std::uint64_t offset)
      : file_(file), text_(text), offset_(offset) {}

  NpyHeader read(std::string_view type) {
    NpyHeader header;
    int members = 0;  // one bit per member
    expect("{");
    while (!accept("}")) {
      const std::size_t start = at_;
      const std::string_view name = string();
      const int bit = name == "descr" ? 1 : name == "fortran_order" ? 2 : name == "shape" ? 4 : 0;
      if (bit == 0 || (members & bit)) fail("descr, fortran_order and shape, each once", start);
      members |= bit;
      expect(":");
      if (bit == 1) read_type(type, header);
      if (bit == 2) header.fortran_order = read_bool();
      if (bit == 4) header.shape = read_shape();
      if (!accept(",") && !next_is("}")) fail("',' or '}'", at_);
    }
    if (members != 7) fail("descr, fortran_order and shape before this", at_);
    if (!next_is("\n") && at_ < text_.size()) fail("the end of the header", at_);
    return header;
  }

 private:
  // '<' or '>' for the byte order, '|' where there is none, then the type. Every half-precision number is a
  // float.
  void read_type(std::string_view wanted, NpyHeader& header) {
    skip_space();
    const std::size_t start = at_;
    if (next_is("[")) fail("one element type, " + std::string(wanted), start);
    const std::string_view found = string(), type = found.substr(std::min<std::size_t>(1, found.size()));
    const bool has_order = found.starts_with('<') || found.starts_with('>');
    header.is_half = wanted == "f4" && type == "f2";
    header.big_endian = found.starts_with('>');
    if ((type != wanted && !header.is_half) ||
        !(has_order || (found.starts_with('|') && type.ends_with('1'))))
      file_.fail(offset_ + start, "expected element type " + std::string(wanted) + ", found " +
                                      std::string(found.substr(0, 16)));
  }

  bool read_bool() {
    if (accept("True")) return true;
    expect("False");
    return false;
  }

  Shape read_shape() {
    Shape shape;
    expect("(");
    while (!accept(")")) {
      skip_space();
      const std::size_t start = at_;
      std::uint64_t extent = 0;
      for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && extent < (1ull << 58); ++at_)
        extent = extent * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
      if (at_ == start || extent >= (1ull << 58)) fail("an extent below 2^58", start);
      if (shape.rank() == Shape::max_rank)
        fail("at most " + std::to_string(Shape::max_rank) + " extents", start);
      shape.push_back(static_cast<Index>(extent));
      if (!accept(",") && !next_is(")")) fail("',' or ')'", at_);
    }
    return shape;
  }

  std::string_view string() {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("a string", at_);
    const std::size_t start = at_ + 1, end = text_.find(quote, start);
    if (end == std::string_view::npos) fail("the end of the string", text_.size());
    at_ = end + 1;
    return text_.substr(start, end - start);
  }

  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool next_is(std::string_view token) {
    skip_space();
    return text_.substr(at_, token.size()) == token;
  }
  bool accept(std::string_view token) {
    if (!next_is(token)) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail("'" + std::string(token) + "'", at_);
  }

  [[noreturn]] void fail(const std::string& expected, std::size_t at) const {
    file_.fail(offset_ + at, "expected " + expected +
                                 (at < text_.size() ? ", found \"" + std::string(text_.substr(at, 16)) + '"'
                                                    : std::string(", found the end of the header")));
  }

  const InputFile& file_;
  std::string_view text_;
  std::uint64_t offset_;
  std::size_t at_ = 0;
};

inline NpyHeader read_npy_header(InputFile& file, std::string_view type, std::size_t element_bytes) {
  unsigned char start[10] = {};
  file.read(0, start, sizeof(start));
  const std::string_view magic(reinterpret_cast<const char*>(start), npy_magic.size());
  if (magic != npy_magic) file.fail(0, "expected \"\\x93NUMPY\", found another beginning");
  const unsigned major = start[6], minor = start[7];
  if (major < 1 || major > 3 || minor != 0)
    file.fail(
        6, "expected version 1.0, 2.0 or 3.0, found " + std::to_string(major) + "." + std::to_string(minor));
  const std::uint64_t begin = major == 1 ? 10 : 12;
  std::uint32_t length = 0;
  file.read(8, &length, begin - 8);
  if (length > file.size() - begin)
    file.fail(8, "the header is said to have " + std::to_string(length) + " bytes, the file has " +
                     std::to_string(file.size()));
  std::string text(length, '\0');
  file.read(begin, text.data(), text.size());
  NpyHeader header = NpyHeaderReader(file, text, begin).read(type);
  header.data = begin + length;

  const std::uint64_t available = file.size() - header.data;
  const std::optional<Index> elements = header.shape.size_if_possible();
  if (header.is_half) element_bytes = 2;
  const std::uint64_t bytes = static_cast<std::uint64_t>(elements.value_or(0)) * element_bytes;
  if (!elements || bytes > available)
    file.fail(header.data,
              "the elements of shape " + ebb::detail::text(header.shape) + " do not fit into the file");
  if (bytes != available)
    file.fail(header.data, "expected " + std::to_string(bytes) + " bytes of shape " +
                               ebb::detail::text(header.shape) + ", found " + std::to_string(available));
  return header;
}

/// A header of version 1.0, padded so that the elements start at a multiple of 64 bytes.
inline std::string write_npy_header(std::string_view type, const Shape& shape) {
  std::string extents;
  for (const Index extent : shape) extents += std::to_string(extent) + (shape.rank() == 1 ? "," : ", ");
  if (shape.rank() > 1) extents.resize(extents.size() - 2);
  std::string text = std::string("{'descr': '") + (type.ends_with('1') ? '|' : '<') + std::string(type) +
                     "', 'fortran_order': False, 'shape': (" + extents + "), }";
  text.resize((10 + text.size() + 1 + 63) / 64 * 64 - 11, ' ');
  text += '\n';
  std::string out(npy_magic);
  out += {'\1', '\0', static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  return out + text;
}

}  // namespace EBB_NAMESPACE::io::detail
