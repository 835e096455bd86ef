#include "traffic/byte_source.hpp"

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/hash.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

constexpr std::size_t kInput = 1 << 16;  // what is read of a file at once

Bytes random_bytes(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(mix64(i));
  return bytes;
}

/// Bytes that take so many when compressed.
Bytes bytes_of_compressed_size(std::size_t size) {
  for (std::size_t plain = size - 200; plain < size; ++plain) {
    const Bytes bytes = random_bytes(plain);
    if (gzip(bytes).size() == size) return bytes;
  }
  FAIL("no such size");
  return {};
}

struct Read {
  Bytes bytes;
  std::string error;
};

Read read_all(const std::filesystem::path& path) {
  ByteSource source(path);
  Read read{Bytes(4 * kInput), ""};
  read.bytes.resize(source.read(read.bytes.data(), read.bytes.size()));
  read.error = source.error();
  return read;
}

}  // namespace

TEST_CASE("members of a gzip file are found wherever they begin in what is read at once") {
  const TemporaryFolder folder;
  const Bytes second = random_bytes(1000);
  for (const std::size_t size : {kInput - 2, kInput - 1, kInput, kInput + 1}) {
    CAPTURE(size);
    const Bytes first = bytes_of_compressed_size(size);
    const Read read = read_all(folder.write("a.gz", gzip(first) + gzip(second)));
    CHECK(read.error.empty());
    CHECK(read.bytes == first + second);
  }
}

TEST_CASE("zeros may follow a gzip file, and nothing else") {
  const TemporaryFolder folder;
  const Bytes bytes = random_bytes(100);
  CHECK(read_all(folder.write("a.gz", gzip(bytes) + Bytes(700, 0))).error.empty());
  const Read read = read_all(folder.write("a.gz", gzip(bytes) + Bytes{1, 2, 3}));
  CHECK(read.bytes == bytes);
  CHECK(read.error == "what follows the compressed data is not compressed");
}
