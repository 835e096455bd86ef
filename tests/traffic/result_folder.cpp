#include "traffic/result_folder.hpp"

#include <ebb/core/error.hpp>

#include <csignal>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "builders.hpp"
#include "traffic/file.hpp"
#include "traffic/file_seal.hpp"
#include "traffic/interruption.hpp"

using namespace traffic;
using namespace traffic::test;

namespace fs = std::filesystem;

namespace {

constexpr auto kKind = ResultKind::run;

void fill(const fs::path& folder, const std::string& content, const std::string& extra = "") {
  write_file(folder / "weights", content);
  fs::create_directories(folder / "fold0");
  write_file(folder / "fold0" / "log", content);
  if (!extra.empty()) write_file(folder / extra, content);
}

void make(const fs::path& folder, const std::string& content, bool replace = false,
          const std::string& extra = "") {
  ResultFolder result(folder, kKind, replace);
  fill(result.path(), content, extra);
  result.commit({{"content", content}});
}

void check_holds(const fs::path& folder, const std::string& content) {
  CHECK(read_marker(folder, kKind).at("content") == content);
  CHECK(file_content(folder / "weights") == content);
  CHECK(file_content(folder / "fold0" / "log") == content);
  CHECK_FALSE(fs::exists(folder / "unfinished"));
  CHECK_FALSE(fs::exists(folder / ".lock"));
}

std::string error_of(const auto& call) {
  try {
    call();
  } catch (const ebb::Error& error) {
    return error.facts();
  }
  return "nothing thrown";
}

// Runs `child` in a process of its own and waits for its end.
int status_of(const auto& child) {
  const pid_t process = fork();
  if (process == 0) {
    child();
    _exit(0);
  }
  int status = 0;
  waitpid(process, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a result takes its place as a whole") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "a" / "b";
  {
    ResultFolder result(folder, kKind, false);
    fill(result.path(), "new");
    CHECK_FALSE(fs::exists(folder / "weights"));
    result.commit({{"content", "new"}});
  }
  check_holds(folder, "new");
  const auto about = read_marker(folder, kKind);
  CHECK(about.at("finished") == true);
  CHECK(about.at("files").size() == 2);
  CHECK(about.at("files").at("fold0/log").at("bytes") == 3);
}

TEST_CASE("work that fails leaves nothing, and of what was there everything") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "a" / "b";
  { const ResultFolder given_up(folder, kKind, false); }
  CHECK_FALSE(fs::exists(temporary.path() / "a"));
  make(folder, "old");
  {
    ResultFolder given_up(folder, kKind, true);
    fill(given_up.path(), "new");
  }
  check_holds(folder, "old");
}

TEST_CASE("a finished result is replaced only where that is asked for") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  make(folder, "old", false, "of the old one alone");
  CHECK(error_of([&] { make(folder, "new"); }) ==
        folder.string() + ": holds a finished run; --force replaces it");
  check_holds(folder, "old");
  write_file(folder / "somebody's", "mine");
  fs::create_directories(folder / evaluations_name / "of the old");
  make(folder, "new", true);
  check_holds(folder, "new");
  CHECK_FALSE(fs::exists(folder / "of the old one alone"));
  CHECK_FALSE(fs::exists(folder / evaluations_name));
  CHECK(file_content(folder / "somebody's") == "mine");
}

TEST_CASE("files of somebody else are never overwritten") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  fs::create_directories(folder);
  write_file(folder / "weights", "mine");
  CHECK(error_of([&] { make(folder, "new", true); }) ==
        folder.string() + ": neither empty nor a run (there is weights); choose another folder");
  CHECK(file_content(folder / "weights") == "mine");
  fs::remove(folder / "weights");

  make(folder, "old");
  write_file(folder / "more", "mine");
  const std::string error = error_of([&] { make(folder, "new", true, "more"); });
  CHECK(error.find("would be overwritten") != std::string::npos);
  CHECK(file_content(folder / "more") == "mine");
  CHECK(file_content(folder / "weights") == "old");
  CHECK(file_content(folder / "unfinished" / "weights") == "new");
}

TEST_CASE("a folder that holds something else is not taken") {
  const TemporaryFolder temporary;
  make(temporary.path() / "run", "old");
  CHECK(error_of([&] { ResultFolder(temporary.path() / "run", ResultKind::data_set, true); }) ==
        (temporary.path() / "run").string() + ": holds a run; choose another folder for a data set");
  temporary.write("file", Bytes{1});
  CHECK(error_of([&] { make(temporary.path() / "file", "new"); }).find("Not a directory") !=
        std::string::npos);
  CHECK(error_of([&] { make("/proc/nowhere", "new"); }).starts_with("/proc/nowhere: "));
  CHECK(error_of([&] { make("", "new"); }) != "nothing thrown");
}

TEST_CASE("what was interrupted stays as unfinished") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  {
    ResultFolder result(folder, kKind, false);
    fill(result.path(), "half");
    result.keep_unfinished({{"content", "half"}});
  }
  CHECK(error_of([&] { (void)read_marker(folder, kKind); }) ==
        folder.string() + ": holds no finished run (model.json); " + (folder / "unfinished").string() +
            " holds one that was interrupted");
  CHECK(read_marker(folder / "unfinished", kKind).at("finished") == false);
  CHECK(error_of([&] { make(folder, "new"); }) ==
        (folder / "unfinished").string() + ": holds an interrupted run; --force replaces it");
  make(folder, "new", true);
  check_holds(folder, "new");
}

TEST_CASE("what another command left unfinished is not taken away, nor what is somebody else's") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  {
    ResultFolder result(folder, kKind, false);
    fill(result.path(), "half");
    result.keep_unfinished({{"content", "half"}});
  }
  CHECK(error_of([&] { ResultFolder(folder, ResultKind::data_set, true); }) ==
        (folder / "unfinished").string() +
            ": holds an interrupted run; choose another folder for a data set");
  CHECK(error_of([&] { make(folder / "unfinished", "new", true); }).find("for what is not finished") !=
        std::string::npos);
  CHECK(error_of([&] {
          make((folder / "unfinished").string() + "/", "new", true);
        }).find("for what is not finished") != std::string::npos);
  CHECK(read_marker(folder / "unfinished", kKind).at("content") == "half");

  const fs::path other = temporary.path() / "other";
  fs::create_directories(other / "unfinished");
  write_file(other / "unfinished" / "novel", "mine");
  CHECK(error_of([&] { make(other, "new", true); }).find("is in the way") != std::string::npos);
  CHECK(file_content(other / "unfinished" / "novel") == "mine");
}

TEST_CASE("a damaged marker is found before the work, not after it") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  make(folder, "old");
  write_file(folder / "model.json", R"({"version": 1})");
  CHECK(error_of([&] { ResultFolder(folder, kKind, true); }).find("damaged or of another version") !=
        std::string::npos);
  CHECK(file_content(folder / "weights") == "old");
}

TEST_CASE("a commit that fails half way loses nothing") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  make(folder, "old");
  CHECK_THROWS(([&] {
    ResultFolder result(folder, kKind, true);
    fill(result.path(), "new");
    // A folder in the place of a file: the move fails.
    fs::remove(folder / "weights");
    fs::create_directories(folder / "weights" / "x");
    result.commit({{"content", "new"}});
  }()));
  CHECK(file_content(folder / "unfinished" / "weights") == "new");
  fs::remove_all(folder / "weights");
  check_holds(folder, "new");
}

TEST_CASE("a folder in use says by whom, until that program ends, however it ends") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t process = fork();
  if (process == 0) {
    const ResultFolder result(folder, kKind, false);
    fill(result.path(), "half");
    if (write(ready[1], "x", 1) == 1) pause();
    _exit(0);
  }
  char signal_byte;
  REQUIRE(read(ready[0], &signal_byte, 1) == 1);
  const std::string error = error_of([&] { make(folder, "new", true); });
  CAPTURE(error);
  CHECK(error.starts_with(folder.string() + ": in use by process " + std::to_string(process) + " since "));
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  make(folder, "new");
  check_holds(folder, "new");
}

TEST_CASE("a commit that was cut off at any moment is brought to its end") {
  const TemporaryFolder temporary;
  const fs::path finished = temporary.path() / "finished";
  const fs::path folder = temporary.path() / "run";
  make(finished, "new");
  // The steps of a commit: markers say what there is to do, files wait, some are moved already.
  for (int moved = 0; moved <= 3; ++moved) {
    fs::remove_all(folder);
    make(folder, "old", false, "of the old one alone");
    fs::copy(finished, folder / "unfinished", fs::copy_options::recursive);
    if (moved > 0) fs::remove(folder / "of the old one alone");
    if (moved > 1) fs::remove(folder / "model.json");
    if (moved > 2) fs::rename(folder / "unfinished" / "weights", folder / "weights");
    CAPTURE(moved);
    if (moved % 2 == 0) {
      check_holds(folder, "new");  // a reader comes first
    } else {
      CHECK(error_of([&] { make(folder, "newer"); }).find("holds a finished run") != std::string::npos);
      check_holds(folder, "new");
    }
    CHECK_FALSE(fs::exists(folder / "of the old one alone"));
  }
}

TEST_CASE("killed at a random moment, the old result is there or the new one") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  make(folder, "0");
  std::string last = "0";
  for (int i = 1; i <= 40; ++i) {
    const std::string next = std::to_string(i);
    const pid_t process = fork();
    if (process == 0) {
      // Unwinding would take the temporary folder away from the parent.
      const std::string error = error_of([&] { make(folder, next, true); });
      _exit(error == "nothing thrown" ? 0 : 1);
    }
    usleep(static_cast<useconds_t>(i * 131 % 4000));
    kill(process, SIGKILL);
    int status = 0;
    waitpid(process, &status, 0);
    CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
    const std::string found = read_marker(folder, kKind).at("content");
    CHECK((found == last || found == next));
    CHECK(file_content(folder / "weights") == found);
    CHECK(file_content(folder / "fold0" / "log") == found);
    last = found;
  }
}

TEST_CASE("sealed JSON notices every change") {
  const TemporaryFolder temporary;
  const fs::path file = temporary.path() / "a.json";
  write_sealed(file, {{"classes", {"A", "B"}}, {"share", 0.1}, {"bad text", "\xff"}});
  CHECK(read_sealed(file).at("share") == 0.1);
  std::string text = file_content(file);
  text.replace(text.find("\"A\""), 3, "\"C\"");
  write_file(file, text);
  CHECK(error_of([&] { (void)read_sealed(file); }).starts_with(file.string() + ": changed or damaged since"));
  write_file(file, "{}");
  CHECK(error_of([&] { (void)read_sealed(file); }) ==
        file.string() + ": expected an object with a checksum, found none");
  write_file(file, "{\"a\": 1e999, \"checksum\": \"\"}");
  CHECK(error_of([&] { (void)read_sealed(file); }).starts_with(file.string() + ": expected JSON, found "));
  write_file(file, std::string(300'000, '['));
  CHECK(error_of([&] { (void)read_sealed(file); }) ==
        file.string() + ": expected at most 64 levels, found more");
  write_file(file, "[1]");
  CHECK(error_of([&] { (void)read_sealed(file); }) != "nothing thrown");
  CHECK(error_of([&] { (void)read_sealed(temporary.path() / "none"); }).find("No such file") !=
        std::string::npos);
}

TEST_CASE("both ways to seal a file agree, over piece borders too") {
  const TemporaryFolder temporary;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{1} << 20, (std::size_t{1} << 20) + 1}) {
    const Bytes content(size, 7);
    temporary.write("file", content);
    CHECK(seal_of(temporary.path() / "file") == seal_of(content));
  }
}

TEST_CASE("the first signal asks for an end, a later one is the end") {
  const int patient = status_of([] {
    const Interruption interruption;
    raise(SIGINT);
    raise(SIGINT);
    _exit(Interruption::requested() ? 3 : 4);
  });
  CHECK(WIFEXITED(patient));
  CHECK(WEXITSTATUS(patient) == 3);
  const int nohup = status_of([] {
    std::signal(SIGHUP, SIG_IGN);
    const Interruption interruption;
    raise(SIGHUP);
    _exit(Interruption::requested() ? 3 : 4);
  });
  CHECK(WEXITSTATUS(nohup) == 4);
  CHECK(WTERMSIG(status_of([] {
          const Interruption interruption;
          raise(SIGINT);
          usleep(2'100'000);
          raise(SIGINT);
        })) == SIGINT);
  CHECK(WTERMSIG(status_of([] {
          std::signal(SIGTERM, SIG_DFL);
          { const Interruption over; }
          raise(SIGTERM);
        })) == SIGTERM);
}

TEST_CASE("an error about a damaged file is short, however long what it holds") {
  constexpr std::size_t kMost = 600;
  const TemporaryFolder temporary;
  const fs::path file = temporary.path() / "a.json";
  const std::string brackets(200'000, '[');
  const auto check_short = [&](const std::string& text, const std::string& start) {
    write_file(file, text);
    const std::string error = error_of([&] { (void)read_sealed(file); });
    CAPTURE(error.substr(0, kMost));
    CHECK(error.starts_with(file.string() + ": " + start));
    CHECK(error.size() < kMost);
  };
  check_short("{\"a\": 1, \"checksum\": \"" + brackets + "\"}", "changed or damaged since it was written");
  check_short("{\"a\": 1, \"checksum\": {\"" + brackets + "\": 1}}",
              "changed or damaged since it was written");
  check_short("{\"a\": \"" + brackets, "expected JSON, found ");
  check_short("{\"a\": 1" + std::string(200'000, '9') + "x", "expected JSON, found ");

  const fs::path folder = temporary.path() / "run";
  make(folder, "old");
  nlohmann::ordered_json about = read_marker(folder, kKind);
  about["files"]["weights"]["checksum"] = brackets;
  const std::string error = error_of([&] { require_unchanged(folder, about, "weights"); });
  CHECK(error.find("not the file that was written, or damaged") != std::string::npos);
  CHECK(error.size() < kMost);
}
