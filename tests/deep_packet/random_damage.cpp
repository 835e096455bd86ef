#include <nlohmann/json.hpp>

#include "deep_packet/random_trials.hpp"
#include "traffic/file_seal.hpp"
#include "traffic/result_folder.hpp"

namespace deep_packet::test {
namespace {

using Json = nlohmann::ordered_json;
using traffic::ResultKind;

std::uint64_t random_integer(Random& random) {
  static const std::vector<std::uint64_t> integers{0,
                                                   1,
                                                   2,
                                                   255,
                                                   65535,
                                                   65536,
                                                   0x7fffffff,
                                                   0x80000000,
                                                   0xffffffff,
                                                   0x7fffffffffffffff,
                                                   0x8000000000000000,
                                                   ~0ull};
  return random() % 3 == 0 ? random() : pick(random, integers);
}

/// Flips a bit, cuts, lengthens, repeats, or writes over one to eight bytes.
std::string damaged(Random& random, std::string bytes) {
  if (bytes.empty()) return "x";
  const std::size_t at = random() % bytes.size();
  switch (random() % 6) {
    case 0:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
      break;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      bytes += std::string(random() % 100, static_cast<char>(random()));
      break;
    case 3:
      bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 200));
      break;
    case 4:
      bytes.erase(at, random() % 100);
      break;
    default: {
      const std::uint64_t integer = random_integer(random);
      const std::size_t size = std::min<std::size_t>(std::size_t{1} << random() % 4, bytes.size() - at);
      for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(integer >> 8 * i);
    }
  }
  return bytes;
}

Json random_value(Random& random) {
  static const std::vector<std::string> texts{"0",
                                              "-1",
                                              "1",
                                              "0.5",
                                              "-0.5",
                                              "1e300",
                                              "2147483648",
                                              "1000000000000",
                                              "9223372036854775807",
                                              "18446744073709551615",
                                              "99999999999999999999",
                                              "null",
                                              "true",
                                              "\"\"",
                                              "\"five\"",
                                              "[]",
                                              "{}",
                                              "[[]]",
                                              "\"../../x\""};
  const std::string text = pick(random, texts);
  return Json::parse(text);
}

/// Another number, another type, a missing member, somewhere in the tree.
void mutate(Random& random, Json& json) {
  Json* at = &json;
  while (at->is_structured() && !at->empty()) {
    Json* const parent = at;
    const auto step = static_cast<std::ptrdiff_t>(random() % at->size());
    auto child = at->begin();
    std::advance(child, step);
    at = &*child;
    if (random() % 12 == 0) {
      parent->erase(child);
      return;
    }
    if (random() % 8 == 0) break;
  }
  *at = random_value(random);
}

/// A number too large for any type, or brackets without end, in place of a digit.
std::string with_impossible_value(Random& random, std::string text) {
  const std::size_t digit = text.find_first_of("0123456789", random() % text.size());
  if (digit == std::string::npos) return text;
  return text.replace(digit, 1, random() % 2 == 0 ? "1e999" : std::string(200'000, '['));
}

/// A file that commands read, and the marker that lists it.
struct Victim {
  fs::path file;
  fs::path folder;
  ResultKind kind;
};

/// Makes the marker agree with the files again, as if they had been written so.
void reseal(const Victim& victim, Json about) {
  about.erase("files");
  traffic::write_marker(
      victim.folder, victim.kind, about,
      {.own_checks = victim.kind == ResultKind::data_set ? std::vector<std::string>{"packets.bin"}
                                                         : std::vector<std::string>{}});
}

void damage(Random& random, const Victim& victim) {
  const std::string good = traffic::file_content(victim.file);
  const bool is_json = victim.file.extension() == ".json";
  const fs::path marker = victim.folder / traffic::marker(victim.kind);
  if (is_json && random() % 20 == 0) {
    traffic::write_file(victim.file, with_impossible_value(random, good));
  } else if (is_json && random() % 4 > 0) {
    Json json = traffic::read_sealed(victim.file);
    mutate(random, json);
    traffic::write_sealed(victim.file, json);
  } else {
    traffic::write_file(victim.file, damaged(random, good));
  }
  if (victim.file != marker && fs::exists(marker) && random() % 4 > 0)
    reseal(victim, traffic::read_sealed(marker));
}

}  // namespace

void random_damage(int trials, std::uint64_t seed) {
  const Workshop shop;
  const fs::path data = shop.tiny.path, run = shop.run, capture = shop.tiny.captures / "scp1.pcap";
  const fs::path manifest = shop.tiny.captures / "manifest.csv", out = shop.path("out");
  traffic::write_file(manifest, "file,class\nscp1.pcap,Chat\naim_chat_3a.pcap,Email\n");
  std::vector<Victim> victims{{capture, shop.tiny.captures, ResultKind::captures},
                              {manifest, shop.tiny.captures, ResultKind::captures}};
  for (const char* const name : {"prepare.json", "index.bin", "packets.bin", "split.bin"}) {
    victims.push_back({data / name, data, ResultKind::data_set});
  }
  for (const char* const name : {"model.json", "port_lookup.json", "weights.safetensors"}) {
    victims.push_back({run / name, run, ResultKind::run});
  }
  const std::vector<std::vector<std::string>> readers{
      {"evaluate", "--run", run, "--data", data, "--out", out, "--force"},
      {"evaluate", "--run", run, "--data", data, "--out", out, "--precision", "bf16", "--force"},
      {"classify", "--run", run, capture},
      {"vectors", capture, "--quiet"},
      {"prepare", shop.tiny.captures, "--task", "traffic", "--split", "packet", "--out", shop.path("data2"),
       "--force"},
      {"train", "--data", data, "--out", shop.path("run2"), "--epochs", "1", "--batch", "16", "--force"}};
  Random random(seed);
  for (int trial = 0; trial < trials; ++trial) {
    const Victim& victim = pick(random, victims);
    const fs::path marker = victim.folder / traffic::marker(victim.kind);
    const std::string good = traffic::file_content(victim.file);
    const std::string good_marker = fs::exists(marker) ? traffic::file_content(marker) : "";
    damage(random, victim);
    CAPTURE(trial);
    CAPTURE(victim.file.string());
    // A network of full size takes its time.
    const std::size_t choices = random() % 40 == 0 ? readers.size() : readers.size() - 1;
    (void)checked_run(readers[random() % choices]);
    traffic::write_file(victim.file, good);
    if (!good_marker.empty()) traffic::write_file(marker, good_marker);
  }
  CHECK(checked_run(readers.front()).code == 0);
}

}  // namespace deep_packet::test

TEST_CASE("no command ends in a signal, whatever its files") { deep_packet::test::random_damage(500, 1); }
