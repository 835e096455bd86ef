#include "traffic/output.hpp"

#include <iostream>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "builders.hpp"
#include "traffic/file.hpp"

using traffic::FileDescriptor;
using traffic::WatchedOutput;
using traffic::why_output_fails;

namespace {

// Standard output goes elsewhere, as a shell would have it.
class Redirected {
 public:
  Redirected() : former_(dup(STDOUT_FILENO)) {}
  ~Redirected() { dup2(former_.number(), STDOUT_FILENO); }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

  static void to(const FileDescriptor& file) { dup2(file.number(), STDOUT_FILENO); }

 private:
  FileDescriptor former_;
};

}  // namespace

TEST_CASE("the reason of a failure is known, however long ago, and nothing more is written to ask for it") {
  const traffic::test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "out";
  const FileDescriptor full("/dev/full", O_WRONLY), file(path, O_WRONLY | O_CREAT);
  for (const std::size_t size : {1, 1'000, 1'000'000}) {
    CAPTURE(size);
    std::string reason, again;
    {
      const Redirected output;
      const WatchedOutput watch(std::cout);
      Redirected::to(full);
      std::cout << std::string(size, 'x');
      std::cout.flush();
      Redirected::to(file);  // as on a disk where there is room again
      reason = std::cout ? "" : why_output_fails(std::cout, "standard output");
      again = std::cout ? "" : why_output_fails(std::cout, "this");
      std::cout.clear();
    }
    CHECK(reason == "standard output cannot be written: No space left on device");
    CHECK(again == "this cannot be written: No space left on device");
    CHECK(traffic::file_content(path).empty());
  }
}

TEST_CASE("all that is printed arrives, in its order") {
  const traffic::test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "out";
  const FileDescriptor file(path, O_WRONLY | O_CREAT);
  const std::string text(100'000, 'x');
  {
    std::cout.flush();
    const Redirected output;
    Redirected::to(file);
    {
      const WatchedOutput watch(std::cout);
      std::cout << text << 1 << '\n';
    }
    std::cout << text << 2 << std::endl;
  }
  CHECK(traffic::file_content(path) == text + "1\n" + text + "2\n");
}
