#include "traffic/file_seal.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "traffic/file.hpp"
#include "traffic/hash.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kPiece = 1 << 20;
constexpr const char* kChecksum = "checksum";
constexpr int kDeepest = 64;  // far more than any of our files has; the library would recurse without end

// A chain of the hashes of pieces.
class Chain {
 public:
  void add(std::span<const std::uint8_t> piece) {
    const Hash128 hash = hash128(piece);
    state_.high = mix64(state_.high, hash.high, hash.low);
    state_.low = mix64(state_.low, hash.low, hash.high);
    bytes_ += piece.size();
  }
  [[nodiscard]] FileSeal seal() const { return {bytes_, to_hex(state_)}; }

 private:
  Hash128 state_;
  std::uint64_t bytes_ = 0;
};

std::string checksum_of(const Json& json) {
  const std::string text = json.dump();
  return seal_of(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())).checksum;
}

std::string dump(const Json& json) {
  // File names may be in any encoding.
  return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

FileSeal seal_of(std::span<const std::uint8_t> content) {
  Chain chain;
  for (std::size_t at = 0; at < content.size(); at += kPiece) {
    chain.add(content.subspan(at, std::min(kPiece, content.size() - at)));
  }
  return chain.seal();
}

FileSeal seal_of(const fs::path& file) {
  const FileDescriptor opened(file, O_RDONLY);
  std::vector<std::uint8_t> piece(kPiece);
  Chain chain;
  while (const std::size_t size = read_some(file, opened, piece.data(), piece.size())) {
    chain.add({piece.data(), size});
  }
  return chain.seal();
}

void write_sealed(const fs::path& file, Json json) {
  json.erase(kChecksum);
  json = Json::parse(dump(json));  // what a reader will see
  json[kChecksum] = checksum_of(json);
  write_file(file, dump(json) + "\n");
}

Json read_sealed(const fs::path& file) {
  const auto fail = [&file](const std::string& facts) {
    throw ebb::Error("json", file.string() + ": " + facts);
  };
  Json json;
  const auto limit = [&fail](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepest) fail("expected at most " + std::to_string(kDeepest) + " levels, found more");
    return true;
  };
  try {
    json = Json::parse(file_content(file), limit);
  } catch (const nlohmann::json::exception& error) {
    // It quotes what it read last, which may be all of the file, between the position and what was expected.
    constexpr std::size_t kMost = 300;
    fail("expected JSON, found " + without_middle(printable(error.what()), kMost));
  }
  if (!json.is_object() || !json.contains(kChecksum)) fail("expected an object with a checksum, found none");
  const std::string written = json[kChecksum].dump();
  json.erase(kChecksum);
  const std::string expected = Json(checksum_of(json)).dump();
  if (written != expected) {
    fail("changed or damaged since it was written: the checksum of its content is " + expected +
         ", it says " + abbreviated(written));
  }
  return json;
}

}  // namespace traffic
