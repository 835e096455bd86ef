#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ebb/core/state.hpp"
#include "ebb/io/detail/json.hpp"
#include "ebb/io/detail/xxh64.hpp"

namespace EBB_NAMESPACE::io::detail {

static_assert(std::endian::native == std::endian::little, "the file formats are little-endian");

struct SafetensorsEntry {
  std::string name;
  const ElementType* type = nullptr;
  Shape shape;
  std::uint64_t first = 0, last = 0;  ///< positions in the file
};

/// The checksum of a file is the XXH64 of all its bytes, of which its own 16 digits count as zeros. It is a
/// text of the metadata, where other readers ignore it. Another text names the method, so that a flipped bit
/// in either key does not make the file one that has no checksum.
inline constexpr std::string_view checksum_method_key = "ebb.checksum", checksum_method = "xxh64",
                                  checksum_key = "ebb.xxh64", checksum_digits = "0000000000000000";

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;
  std::map<std::string, std::string> metadata;  ///< without the two of the checksum
  std::string checksum;                         ///< empty where the file has none
  std::uint64_t checksum_at = 0;                ///< position of its digits in the file
  std::uint64_t data = 0;                       ///< position of the tensors' bytes
  Xxh64 head;                                   ///< of all before `data`
};

/// Reads the header with the rules of the format's reference implementation, all of which guard against
/// damaged and hostile files: the data of the tensors fill the rest of the file without gap or overlap.
class SafetensorsHeaderReader {
 public:
  explicit SafetensorsHeaderReader(InputFile& file) : file_(file) {}

  SafetensorsHeader read() {
    std::uint64_t length = 0;
    file_.read(0, &length, sizeof(length));
    if (length > max_length || length > file_.size() - sizeof(length)) {
      file_.fail(0, "the header is said to have " + std::to_string(length) + " bytes, the file has " +
                        std::to_string(file_.size()) + " (at most " + std::to_string(max_length) +
                        " are allowed)");
    }
    header_.data = sizeof(length) + length;
    std::string text(static_cast<std::size_t>(length), '\0');
    file_.read(sizeof(length), text.data(), text.size());

    JsonReader json(file_, text, sizeof(length));
    std::unordered_set<std::string> names;
    json.object([&](const std::string& name) {
      if (!names.insert(name).second) json.fail("no second " + quoted(name) + " before this");
      if (name == "__metadata__") {
        read_metadata(json);
      } else {
        read_entry(json, name);
      }
    });
    json.end();
    check_coverage();
    take_checksum(length, std::move(text));
    return std::move(header_);
  }

 private:
  static constexpr std::uint64_t max_length = 100'000'000;

  void read_metadata(JsonReader& json) {
    json.object([&](const std::string& key) {
      if (!header_.metadata.emplace(key, json.string()).second)
        json.fail("no second " + quoted(key) + " before this");
      if (key == checksum_key) header_.checksum_at = json.offset() - 1 - checksum_digits.size();
    });
  }

  // Of a file that has one: takes it out of the metadata and begins to compute what it should be.
  void take_checksum(std::uint64_t length, std::string text) {
    const auto method = header_.metadata.extract(std::string(checksum_method_key)),
               checksum = header_.metadata.extract(std::string(checksum_key));
    if (!method && !checksum) return;
    const std::size_t at = static_cast<std::size_t>(header_.checksum_at - sizeof(length));
    if (!method || !checksum || method.mapped() != checksum_method ||
        text.compare(at, checksum_digits.size(), checksum.mapped()) != 0) {
      file_.fail(checksum ? header_.checksum_at : sizeof(length),
                 "expected " + quoted(checksum_method_key) + ": " + quoted(checksum_method) + " and " +
                     quoted(checksum_key) + ": 16 digits, found " + quoted(method ? method.mapped() : "") +
                     " and " + quoted(checksum ? checksum.mapped() : ""));
    }
    header_.checksum = checksum.mapped();
    text.replace(at, checksum_digits.size(), checksum_digits);
    header_.head.update(&length, sizeof(length));
    header_.head.update(text.data(), text.size());
  }

  // Of a damaged file, a text may be as long as the file; cut between two characters of UTF-8.
  static std::string quoted(std::string_view text) {
    constexpr std::size_t most = 100;
    std::size_t end = std::min(text.size(), most);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return '"' + std::string(text.substr(0, end)) + (end < text.size() ? "...\"" : "\"");
  }

  void read_entry(JsonReader& json, const std::string& name) {
    SafetensorsEntry entry{.name = name, .shape = {}};
    std::string type;
    const std::uint64_t start = json.offset();
    int fields = 0;  // one bit per field
    json.object([&](const std::string& field) {
      const int bit = field == "dtype" ? 1 : field == "shape" ? 2 : field == "data_offsets" ? 4 : 0;
      if (bit == 0 || (fields & bit)) json.fail("dtype, shape and data_offsets, each once, before this");
      fields |= bit;
      if (bit == 1) type = json.string();
      if (bit == 2) entry.shape = read_shape(json);
      if (bit == 4) read_offsets(json, entry);
    });
    if (fields != 7) json.fail("dtype, shape and data_offsets of tensor " + quoted(name) + " before this");
    entry.type = ebb::detail::find_element_type(type);
    if (!entry.type)
      fail(entry, start, "expected a dtype of the format, like F32, BF16 or I64, found " + quoted(type));
    check_size(entry, start);
    header_.entries.push_back(std::move(entry));
  }

  static Shape read_shape(JsonReader& json) {
    Shape shape;
    json.array([&] {
      const std::uint64_t extent = json.number();
      if (extent > INT64_MAX || shape.rank() == Shape::max_rank)
        json.fail("at most " + std::to_string(Shape::max_rank) + " extents below 2^63 before this");
      shape.push_back(static_cast<Index>(extent));
    });
    return shape;
  }

  void read_offsets(JsonReader& json, SafetensorsEntry& entry) const {
    std::uint64_t offsets[2] = {};
    std::size_t count = 0;
    json.array([&] {
      const std::uint64_t offset = json.number();
      if (count == 2 || offset > file_.size() - header_.data)
        json.fail("two offsets of at most " + std::to_string(file_.size() - header_.data) + " before this");
      offsets[count++] = offset;
    });
    if (count != 2 || offsets[0] > offsets[1]) json.fail("two offsets in ascending order before this");
    entry.first = header_.data + offsets[0];
    entry.last = header_.data + offsets[1];
  }

  [[noreturn]] void fail(const SafetensorsEntry& entry, std::uint64_t start, const std::string& facts) const {
    file_.fail(start, "tensor " + quoted(entry.name) + ": " + facts);
  }

  void check_size(const SafetensorsEntry& entry, std::uint64_t start) const {
    const std::optional<Index> elements = entry.shape.size_if_possible();
    if (!elements) fail(entry, start, "its shape is larger than the file");
    const std::optional<Index> size = ebb::detail::bytes_of(*entry.type, *elements);
    if (!size)
      fail(entry, start, "its elements of " + std::to_string(entry.type->bits) + " bits end within a byte");
    const auto bytes = static_cast<std::uint64_t>(*size);
    if (bytes > file_.size()) fail(entry, start, "its shape is larger than the file");
    if (bytes != entry.last - entry.first) {
      fail(entry, start,
           "expected " + std::to_string(bytes) + " bytes for its shape, found " +
               std::to_string(entry.last - entry.first));
    }
  }

  void check_coverage() const {
    std::vector<const SafetensorsEntry*> order;
    for (const SafetensorsEntry& entry : header_.entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const SafetensorsEntry* a, const SafetensorsEntry* b) {
      return std::pair(a->first, a->last) < std::pair(b->first, b->last);
    });
    std::uint64_t position = header_.data;
    for (const SafetensorsEntry* entry : order) {
      if (entry->first != position) {
        file_.fail(entry->first, "tensor " + quoted(entry->name) + " starts here, expected at " +
                                     std::to_string(position) + ", where the one before it ends");
      }
      position = entry->last;
    }
    if (position != file_.size())
      file_.fail(position, "expected the end of the file, found " + std::to_string(file_.size() - position) +
                               " bytes of no tensor");
  }

  InputFile& file_;
  SafetensorsHeader header_;
};

[[gnu::cold]] inline SafetensorsHeader read_safetensors_header(InputFile& file) {
  return SafetensorsHeaderReader(file).read();
}

/// Throws where a file has a checksum that is not that of `all` its bytes.
[[gnu::cold]] inline void require_checksum(const InputFile& file, const SafetensorsHeader& header,
                                           const Xxh64& all) {
  if (header.checksum.empty() || header.checksum == all.hexadecimal()) return;
  file.fail(header.checksum_at,
            "expected the checksum " + header.checksum + ", found " + all.hexadecimal() +
                ": the file is damaged, or was changed by a program that kept the checksum");
}

struct WrittenHeader {
  std::string text;
  std::size_t digits;  ///< where those of the checksum are, zeros so far
};

/// The header for tensors whose data follow in that order, padded so that they start aligned.
[[gnu::cold]] inline WrittenHeader write_safetensors_header(
    std::string_view op, const std::vector<const NamedTensor*>& order,
    const std::map<std::string, std::string>& metadata) {
  std::string out = "{";
  const auto put_string = [&](const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = utf8_length(std::string_view(text).substr(at));
      ebb::detail::require(length > 0, op, "\"", text, "\" is not UTF-8");
      at += length;
    }
    append_json_string(out, text);
  };
  const auto put_name = [&](const std::string& name) {
    if (out.back() != '{') out += ',';
    put_string(name);
    out += ':';
  };
  put_name("__metadata__");
  out += '{';
  for (const auto& [key, value] : metadata) {
    ebb::detail::require(key != checksum_key && key != checksum_method_key, op, "the metadata cannot have \"",
                         key, "\", which is for the checksum");
    put_name(key);
    put_string(value);
  }
  put_name(std::string(checksum_method_key));
  put_string(std::string(checksum_method));
  put_name(std::string(checksum_key));
  put_string(std::string(checksum_digits));
  const std::size_t digits = out.size() - 1 - checksum_digits.size();
  out += '}';
  std::size_t offset = 0;
  for (const NamedTensor* entry : order) {
    ebb::detail::require(entry->name != "__metadata__", op, "a tensor cannot be named __metadata__");
    put_name(entry->name);
    out += "{\"dtype\":\"" + std::string(entry->tensor.type()) + "\",\"shape\":[";
    for (const Index extent : entry->tensor.shape()) {
      if (out.back() != '[') out += ',';
      out += std::to_string(extent);
    }
    out += "],\"data_offsets\":[" + std::to_string(offset) + ',';
    offset += entry->tensor.bytes();
    out += std::to_string(offset) + "]}";
  }
  out += '}';
  out.resize((out.size() + 7) / 8 * 8, ' ');
  return {std::move(out), digits};
}

}  // namespace EBB_NAMESPACE::io::detail
