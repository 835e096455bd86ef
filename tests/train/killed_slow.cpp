// A training that is killed, by the signal that nothing can catch, at fifty random moments.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ebb/io/safetensors.hpp"
#include "train/resumed.hpp"

namespace {

namespace fs = std::filesystem;

constexpr const char* kChild = "a training in a process of its own";

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A process of this program that runs the child's test case alone.
pid_t start(const fs::path& checkpoint, const fs::path& result) {
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const std::string test_case = "--test-case=" + std::string(kChild);
  setenv("EBB_TEST_CHECKPOINT", checkpoint.c_str(), 1);
  setenv("EBB_TEST_RESULT", result.c_str(), 1);
  const char* arguments[] = {program.c_str(), test_case.c_str(), "--no-skip", "--minimal", nullptr};
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, program.c_str(), nullptr, nullptr, const_cast<char**>(arguments), environ) ==
          0);
  return child;
}

}  // namespace

TEST_CASE("a training in a process of its own" * doctest::skip()) {
  ebb::nn::Sequential<float> model;
  const auto history = ebb::test::train_resumed(
      model, {.epochs = 400, .checkpoint = std::getenv("EBB_TEST_CHECKPOINT"), .own_generator = true});
  ebb::io::save_safetensors(std::getenv("EBB_TEST_RESULT"), ebb::test::outcome(model, history));
}

TEST_CASE("killed fifty times and resumed, a training ends with the same bits") {
  const fs::path folder = fs::temp_directory_path() / ("ebb_killed_" + std::to_string(getpid()));
  fs::create_directories(folder);
  const fs::path checkpoint = folder / "checkpoint.safetensors", result = folder / "result.safetensors";
  int status = 0;
  REQUIRE(waitpid(start(checkpoint, result), &status, 0) > 0);
  REQUIRE(status == 0);
  const std::string expected = bytes_of(result);
  REQUIRE(!expected.empty());

  std::mt19937 random(1);
  int kills = 0, ends = 0;
  fs::remove(checkpoint);
  while (kills < 50 || ends == 0) {
    fs::remove(result);
    const pid_t child = start(checkpoint, result);
    if (kills < 50) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 200));
      kill(child, SIGKILL);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
      ++kills;
      continue;
    }
    // It was faster than the signal, or is the one that is let live.
    REQUIRE(status == 0);
    CHECK(bytes_of(result) == expected);
    ++ends;
    fs::remove(checkpoint);
  }
  CHECK(kills == 50);
  fs::remove_all(folder);
}
