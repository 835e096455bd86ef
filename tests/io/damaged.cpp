/// Files under random damage load or throw ebb::Error, and take no more memory than their size asks for.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/io/npy.hpp"
#include "ebb/io/safetensors.hpp"
#include "io/files.hpp"

namespace ebb::test {
namespace {

constexpr int damages = 10'000;

/// Draws damage: the same in every run.
class Damage {
 public:
  std::string operator()(std::string file) {
    const int times = 1 + below(3);
    for (int i = 0; i < times; ++i) once(file);
    return file;
  }

  int below(int end) { return std::uniform_int_distribution(0, end - 1)(random_); }

 private:
  void once(std::string& file) {
    if (file.empty()) return;
    const auto place = static_cast<std::size_t>(below(static_cast<int>(file.size())));
    switch (below(6)) {
      case 0:
        file[place] = static_cast<char>(file[place] ^ 1 << below(8));
        break;
      case 1:
        file.resize(place);
        break;
      case 2:
        file.append(static_cast<std::size_t>(1 + below(64)), static_cast<char>(below(256)));
        break;
      case 3:
        file.erase(place, static_cast<std::size_t>(1 + below(8)));
        break;
      case 4:
        overwrite_word(file);
        break;
      default:
        overwrite_number(file, place);
    }
  }

  // The length of a header, or any other eight bytes.
  void overwrite_word(std::string& file) {
    constexpr std::array<std::uint64_t, 6> words{0, 1, 1u << 31, 1ull << 40, 1ull << 63, ~0ull};
    const std::uint64_t word = words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
    const std::size_t place =
        below(2) == 0 ? 0 : static_cast<std::size_t>(below(static_cast<int>(file.size())));
    for (std::size_t i = 0; i < 8 && place + i < file.size(); ++i)
      file[place + i] = static_cast<char>(word >> 8 * i);
  }

  // One of the numbers in the text of a header, the next one from a place on.
  void overwrite_number(std::string& file, std::size_t place) {
    constexpr std::array<const char*, 14> numbers{"0",
                                                  "-1",
                                                  "1",
                                                  "7",
                                                  "2147483648",
                                                  "4294967296",
                                                  "1152921504606846975",
                                                  "1152921504606846976",
                                                  "9223372036854775807",
                                                  "9223372036854775808",
                                                  "18446744073709551615",
                                                  "99999999999999999999999",
                                                  "1e9",
                                                  "nan"};
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto first = std::find_if(file.begin() + static_cast<std::ptrdiff_t>(place), file.end(), is_digit);
    const auto last = std::find_if_not(first, file.end(), is_digit);
    file.replace(first, last, numbers[static_cast<std::size_t>(below(static_cast<int>(numbers.size())))]);
  }

  std::mt19937 random_{7};
};

/// Gives a damaged file the checksum that it should have, so that the reader gets to see the damage.
std::string with_checksum(std::string file) {
  constexpr std::string_view key = "\"ebb.xxh64\":\"";
  const std::size_t place = file.find(key);
  if (place == std::string::npos || place + key.size() + 16 > file.size()) return file;
  file.replace(place + key.size(), 16, 16, '0');
  io::detail::Xxh64 hash;
  hash.update(file.data(), file.size());
  return file.replace(place + key.size(), 16, hash.hexadecimal());
}

std::size_t peak() { return Cpu::allocator().statistics().peak_in_use; }

/// How many of the files that read(path) was given did load; it throws ebb::Error or nothing.
template <class Read>
int loads(const Folder& folder, const std::vector<std::string>& files, Read read) {
  int loaded = 0;
  for (const std::string& file : files) {
    const std::string path = folder.write("damaged", file);
    const std::string message = error([&] { read(path); });
    if (message == "nothing thrown") {
      ++loaded;
    } else {
      CHECK(message.find(path) != std::string::npos);
    }
  }
  return loaded;
}

}  // namespace

TEST_CASE("damaged safetensors files load or are errors") {
  const Folder folder;
  State state;
  state.add("weight", uniform<Tensor<float>>({3, 2, 5}, -1, 1));
  state.add("bias", uniform<Tensor<double>>({4}, -1, 1));
  state.add("steps", full<std::int64_t>({}, 3));
  state.add("empty", zeros<std::uint8_t>({0, 7}));
  io::save_safetensors(folder / "good", state, {{"task", "traffic"}});
  const std::string good = folder.read("good");

  Damage damage;
  std::vector<std::string> plain, mended;
  for (int i = 0; i < damages; ++i) {
    const std::string file = damage(good);
    if (file == good) continue;
    (i % 2 == 0 ? plain : mended).push_back(i % 2 == 0 ? file : with_checksum(file));
  }
  const std::size_t before = peak();
  const auto load = [&](const std::string& path) {
    (void)io::read_safetensors(path);
    (void)io::read_safetensors_metadata(path);
  };
  CHECK(loads(folder, plain, load) == 0);  // the checksum notices everything
  const int loaded = loads(folder, mended, load);
  CHECK(loaded > 0);
  CHECK(loaded < static_cast<int>(mended.size()) / 2);
  CHECK(peak() - before < 64 * good.size());
}

TEST_CASE("damaged npy files load or are errors") {
  const Folder folder;
  io::save_npy(folder / "c", uniform<Tensor<float>>({3, 2, 5}, -1, 1));
  std::string good = folder.read("c");
  Damage damage;
  std::vector<std::string> files;
  for (int i = 0; i < damages; ++i) {
    if (i == damages / 2) good.replace(good.find("False"), 5, "True ");  // Fortran order
    files.push_back(damage(good));
  }
  const std::size_t before = peak();
  const int loaded = loads(folder, files, [](const std::string& path) { (void)io::read_npy<float>(path); });
  CHECK(loaded > 0);  // a flipped bit of a number is a number
  CHECK(loaded < damages / 2);
  CHECK(peak() - before < 64 * good.size());
}

}  // namespace ebb::test
