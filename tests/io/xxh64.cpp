#include "ebb/io/detail/xxh64.hpp"

#include <cstddef>
#include <string>

#include <doctest/doctest.h>

using ebb::io::detail::Xxh64;

namespace {

std::string hash_of(const std::string& text) {
  Xxh64 hash;
  hash.update(text.data(), text.size());
  return hash.hexadecimal();
}

}  // namespace

TEST_CASE("xxh64: what libxxhash 0.8.1 gives") {
  CHECK(hash_of("") == "ef46db3751d8e999");
  CHECK(hash_of("a") == "d24ec4f1a98c6e5b");
  CHECK(hash_of("abc") == "44bc2cf5ad770999");
  CHECK(hash_of("12345678") == "d2d02f08cf7cfd4a");
  CHECK(hash_of("ebb: every flow has its ebb") == "288d60e0cdddf641");
  CHECK(hash_of(std::string(31, 'x')) == "60dd0d01083b99f0");
  CHECK(hash_of(std::string(32, 'x')) == "e2df261fc2ec30eb");
  CHECK(hash_of(std::string(33, 'x')) == "b3fa465f554208a6");
  CHECK(hash_of(std::string(63, 'x')) == "b8467bf77f6c2c48");
  CHECK(hash_of(std::string(64, 'x')) == "a97161d5402f516e");
  CHECK(hash_of(std::string(71, 'x')) == "f2dc8395a0c279aa");
  CHECK(hash_of(std::string(100, 'x')) == "92f0de5a88a3c094");
}

TEST_CASE("xxh64: pieces of any size give the same") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  for (std::size_t first = 0; first <= 70; ++first) {
    for (std::size_t second = first; second <= 140; second += 3) {
      Xxh64 hash;
      hash.update(text.data(), first);
      hash.update(text.data() + first, second - first);
      hash.update(text.data() + second, text.size() - second);
      CHECK(hash.hexadecimal() == hash_of(text));
    }
  }
}
