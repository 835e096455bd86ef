#include <ebb/core/error.hpp>

#include <array>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "builders.hpp"
#include "traffic/labels.hpp"
#include "traffic/manifest.hpp"
#include "traffic/real_path.hpp"

// Random manifests and random trees: labels or an ebb::Error, never another exception, nor a crash.

using namespace traffic;
using namespace traffic::test;

namespace fs = std::filesystem;

namespace {

class Dice {
 public:
  std::size_t below(std::size_t count) { return random_() % count; }
  template <class T, std::size_t n>
  const T& one_of(const std::array<T, n>& choices) {
    return choices[below(n)];
  }

 private:
  std::mt19937 random_{12};
};

std::string random_bytes(Dice& dice) {
  std::string text(dice.below(60), '\0');
  for (char& c : text) c = static_cast<char>(dice.below(256));
  return text;
}

std::string table_of_pieces(Dice& dice) {
  using std::string_literals::operator""s;
  static const std::array kPieces{
      "file"s, "class"s, "application"s, ","s,     ","s,          ","s,  "\n"s,          "\n"s,   "\r\n"s,
      "\r"s,   "\""s,    "\"\""s,        " "s,     "\t"s,         ";"s,  "Chat"s,        "chat"s, "a"s,
      "../a"s, "/"s,     "."s,           "Chat/"s, "a\xff.pcap"s, "\0"s, "\xef\xbb\xbf"s};
  std::string text = dice.below(2) == 0 ? "file,class\n" : "";
  for (std::size_t i = dice.below(20); i > 0; --i) text += dice.one_of(kPieces);
  return text;
}

// Rows of the right form, so that what lies behind the form is reached, too.
std::string table_of_rows(Dice& dice) {
  static const std::array<std::string, 9> kFiles{"a",     "./a",  "Chat/a", "\"Chat/a\"",         "gone",
                                                 "a\xff", "self", "self/a", std::string(300, 'n')};
  static const std::array<std::string, 7> kClasses{"Chat",    "chat",  " VoIP", "Web Mail",
                                                   "webmail", "Other", "\xe9"};
  std::string text = "class,file\n";
  for (std::size_t i = dice.below(4); i > 0; --i)
    text += dice.one_of(kClasses) + "," + dice.one_of(kFiles) + "\n";
  return text;
}

std::string random_manifest(Dice& dice) {
  switch (dice.below(3)) {
    case 0:
      return random_bytes(dice);
    case 1:
      return table_of_pieces(dice);
    default:
      return table_of_rows(dice);
  }
}

fs::path random_path(Dice& dice) {
  static const std::array<std::string, 12> kNames{
      "a",      "b",    "Chat",          "chat ",           "VoIP",     "Skype",
      "\xff\n", "self", "netflix1.pcap", "vpn_vimeo_a.cap", "Web Mail", "manifest.csv"};
  fs::path path = dice.one_of(kNames);
  for (std::size_t depth = dice.below(3); depth > 0; --depth) path /= dice.one_of(kNames);
  return path;
}

// Files are hard links to `capture` and `manifest`, which are quickly made and removed.
void add_random_entry(Dice& dice, const fs::path& root, const fs::path& capture, const fs::path& manifest) {
  static const std::array<std::string, 8> kTargets{".",    "..",      "self", "a",
                                                   "../a", "../Chat", "gone", "/dev/null"};
  const fs::path path = root / random_path(dice);
  if (!real_path(path.parent_path()).string().starts_with(real_path(root).string())) return;  // by a link
  std::error_code ignored;  // something else may have that name
  fs::create_directories(path.parent_path(), ignored);
  switch (dice.below(7)) {
    case 0:
      return fs::create_symlink(dice.one_of(kTargets), path, ignored);
    case 1:
      fs::create_directory(path, ignored);
      return;
    case 2:
      (void)mkfifo(path.c_str(), 0600);
      return;
    case 3:
      return fs::create_hard_link(manifest, path, ignored);
    default:
      return fs::create_hard_link(path.filename() == Manifest::file_name ? manifest : capture, path, ignored);
  }
}

// How many captures have a label; every other one must have a reason.
std::size_t count_labels(const CaptureList& list) {
  std::size_t labels = 0;
  for (const LabelledCapture& capture : list.captures) {
    labels += !capture.label.empty();
    CHECK(capture.label.empty() != capture.reason.empty());
  }
  return labels;
}

}  // namespace

TEST_CASE("random manifests") {
  constexpr int kRounds = 4000;
  Dice dice;
  const TemporaryFolder folder;
  for (const char* file : {"a", "Chat/a", "a\xff"}) folder.write(file, pcap({ethernet(tcp_packet())}));
  fs::create_symlink("self", folder.path() / "self");
  std::size_t labels = 0, refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    folder.write("manifest.csv", random_manifest(dice));
    try {
      labels += count_labels(
          find_captures({folder.path()}, dice.below(2) == 0 ? Task::traffic : Task::application));
    } catch (const ebb::Error& error) {
      ++refused;
      CHECK(std::string(error.what()).find("manifest.csv") != std::string::npos);
    }
  }
  CHECK(labels > 0);
  CHECK(refused > kRounds / 2);
  CHECK(refused < kRounds);
}

TEST_CASE("random trees") {
  constexpr int kRounds = 300;
  constexpr int kManifests = 20;
  Dice dice;
  const TemporaryFolder files;
  const fs::path capture = files.write("capture", pcap({ethernet(tcp_packet())}));
  std::vector<fs::path> manifests;
  for (int i = 0; i < kManifests; ++i) {
    manifests.push_back(files.write("manifest" + std::to_string(i), table_of_rows(dice)));
  }
  std::size_t labels = 0, refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    const TemporaryFolder folder;
    const fs::path& manifest = manifests[dice.below(kManifests)];
    for (std::size_t entries = dice.below(12); entries > 0; --entries) {
      add_random_entry(dice, folder.path(), capture, manifest);
    }
    try {
      labels += count_labels(
          find_captures({folder.path()}, dice.below(2) == 0 ? Task::traffic : Task::application));
    } catch (const ebb::Error&) {
      ++refused;
    }
  }
  CHECK(labels > kRounds / 10);
  CHECK(refused > 0);
  CHECK(refused < kRounds / 2);
}
