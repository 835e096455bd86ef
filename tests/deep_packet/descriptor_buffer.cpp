#include "deep_packet/descriptor_buffer.hpp"

#include <ostream>
#include <string>

#include <doctest/doctest.h>

#include "deep_packet/files.hpp"
#include "traffic/builders.hpp"
#include "traffic/file.hpp"

using deep_packet::DescriptorBuffer;
using traffic::FileDescriptor;
using traffic::test::TemporaryFolder;

TEST_CASE("all that is printed arrives, however long") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "out";
  const FileDescriptor file(path, O_WRONLY | O_CREAT);
  DescriptorBuffer buffer(file.number());
  std::ostream out(&buffer);
  std::string expected;
  for (int i = 0; i < 3; ++i) {
    const std::string part = std::to_string(i) + std::string(100'000, 'x') + "\n";
    out << part << i << '\n';
    expected += part + std::to_string(i) + "\n";
  }
  CHECK(out.flush());
  CHECK(traffic::file_content(path) == expected);
}

TEST_CASE("the reason of a failure is known, whatever was printed before and after") {
  for (const std::size_t size : {1, 1000, 65'536, 1'000'000}) {
    CAPTURE(size);
    const FileDescriptor full("/dev/full", O_WRONLY);
    DescriptorBuffer buffer(full.number());
    std::ostream out(&buffer);
    out << std::string(size, 'x');
    out.flush();
    CHECK_FALSE(out);
    errno = ENOENT;
    CHECK(deep_packet::write_failure(out) == "No space left on device");
    CHECK_FALSE(out);
    out.clear();
    out << "more";
    CHECK_FALSE(out.flush());
    CHECK(deep_packet::write_failure(out) == "No space left on device");
  }
}

TEST_CASE("a closed descriptor is a failure") {
  DescriptorBuffer buffer(-1);
  std::ostream out(&buffer);
  CHECK(out.flush());
  out << "text";
  CHECK_FALSE(out.flush());
  CHECK(deep_packet::write_failure(out) == "Bad file descriptor");
}
