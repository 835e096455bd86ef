#pragma once

#include <ebb/core/parallel.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "deep_packet/run_program.hpp"
#include "deep_packet/tiny.hpp"
#include "deep_packet/training.hpp"
#include "traffic/builders.hpp"
#include "traffic/file.hpp"

/// Every command under options and files drawn at random. A trial that ends in a signal ends the test; one
/// that is refused has to say so in one line.
namespace deep_packet::test {

namespace fs = std::filesystem;
using Random = std::mt19937_64;

template <class T>
const T& pick(Random& random, const std::vector<T>& from) {
  return from[random() % from.size()];
}

/// Interrupts work that takes long, as a person would.
class Impatience {
 public:
  explicit Impatience(std::chrono::milliseconds limit)
      : thread_([this, limit] {
          std::unique_lock lock(mutex_);
          if (!over_.wait_for(lock, limit, [this] { return done_; })) std::raise(SIGINT);
        }) {}
  ~Impatience() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    over_.notify_one();
    thread_.join();
  }
  Impatience(const Impatience&) = delete;
  Impatience& operator=(const Impatience&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable over_;
  bool done_ = false;
  std::thread thread_;
};

/// Captures, a data set of them and a run on it, small enough to be used thousands of times.
class Workshop {
 public:
  Workshop() : tiny(folder.path()), run(folder.path() / "run") {
    (void)train_run(run, {.data_folder = tiny.path,
                          .data = tiny.data,
                          .architecture = tiny_cnn(),
                          .options = {.epochs = 1, .batch = 16}});
  }

  [[nodiscard]] fs::path path(const std::string& name) const { return folder.path() / name; }

 private:
  // Random paths are below a folder that goes, nothing waits for a person, and whoever is asked to end but
  // has nothing to save goes on.
  struct Surroundings {
    explicit Surroundings(const fs::path& folder) {
      fs::create_directories(folder);
      fs::current_path(folder);
      if (!std::freopen("/dev/null", "r", stdin)) std::abort();
      std::signal(SIGINT, [](int) {});
    }
    ~Surroundings() {
      ebb::set_num_threads(threads);
      fs::current_path(former);
      std::signal(SIGINT, SIG_DFL);
    }
    int threads = ebb::num_threads();
    fs::path former = fs::current_path();
  };

 public:
  traffic::test::TemporaryFolder folder;
  Surroundings surroundings{folder.path() / "here"};
  TinyData tiny;
  fs::path run;
};

/// Runs a command and checks that it ends well: with exit code 0, or with a line that says why not.
inline Result checked_run(const std::vector<std::string>& arguments) {
  std::string line = "deep_packet";
  for (const std::string& argument : arguments) line += " '" + argument + "'";
  CAPTURE(line);
  const Result result = run_program(arguments);
  CAPTURE(result.errors);
  CHECK((result.code == 0 || result.code == 1 || result.code == 130));
  if (result.code != 0) {
    // Progress and warnings come before it.
    std::string last = result.errors;
    REQUIRE_FALSE(last.empty());
    CHECK(last.back() == '\n');
    last.pop_back();
    last = last.substr(last.rfind('\n') == std::string::npos ? 0 : last.rfind('\n') + 1);
    CHECK(last.starts_with("deep_packet: "));
    CHECK(last.size() < 1000);
    CHECK(std::none_of(last.begin(), last.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }));
  }
  return result;
}

/// Texts that stand where a number should: zero, negative, huge, not a number, and some that are right.
inline std::string random_number(Random& random) {
  static const std::vector<std::string> texts{"0",
                                              "1",
                                              "2",
                                              "3",
                                              "7",
                                              "16",
                                              "100",
                                              "128",
                                              "-1",
                                              "-5",
                                              "-0",
                                              "+3",
                                              "65535",
                                              "65536",
                                              "2147483647",
                                              "2147483648",
                                              "4294967296",
                                              "3074457345618258603",
                                              "9223372036854775807",
                                              "9223372036854775808",
                                              "18446744073709551615",
                                              "18446744073709551616",
                                              "99999999999999999999",
                                              "-9223372036854775808",
                                              "-99999999999999999999",
                                              "1e3",
                                              "1e400",
                                              "1e-400",
                                              "-1e400",
                                              "0.5",
                                              "1.5",
                                              "0.001",
                                              "1e-320",
                                              ".5",
                                              "5.",
                                              "nan",
                                              "NaN",
                                              "-nan",
                                              "inf",
                                              "-inf",
                                              "0x10",
                                              "010",
                                              " 5",
                                              "5 ",
                                              "5;",
                                              "1,000",
                                              "five",
                                              "",
                                              " ",
                                              "\xc2\xb2",
                                              "\xff\xfe",
                                              "\x1b[31m",
                                              "5\n",
                                              "--",
                                              "-",
                                              "%s%n",
                                              std::string(3000, '9')};
  if (random() % 4 > 0) return pick(random, texts);
  const auto bits = static_cast<int>(random() % 64);
  return std::to_string(static_cast<std::int64_t>(random() >> bits));
}

void random_options(int trials, std::uint64_t seed);
void random_damage(int trials, std::uint64_t seed);

}  // namespace deep_packet::test
