#include <ebb/core/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "streams.hpp"
#include "traffic/capture.hpp"

using namespace traffic;
using namespace traffic::test;
namespace fs = std::filesystem;

namespace {

// More than a pipe holds at once.
std::vector<Bytes> many_packets() {
  std::vector<Bytes> packets;
  for (std::size_t i = 0; i < 400; ++i) packets.push_back(ethernet(tcp_packet({}, counting(i % 1000))));
  return packets;
}

Bytes pcapng(const std::vector<Bytes>& packets) {
  Bytes file = pcapng_section() + pcapng_interface(1);
  for (const Bytes& packet : packets) {
    const Bytes block = pcapng_packet(0, packet);
    file.insert(file.end(), block.begin(), block.end());
  }
  return file;
}

std::string error_of(const fs::path& path) {
  try {
    Capture capture(path);
  } catch (const ebb::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a pipe is read once, as '-', as /dev/stdin and by name, in every format") {
  const TemporaryFolder folder;
  const std::vector<Bytes> packets = many_packets();
  for (const Bytes& file : {pcap(packets), pcapng(packets), gzip(pcap(packets)), gzip(pcapng(packets))}) {
    for (const char* const name : {"-", "/dev/stdin"}) {
      const PipedInput input(file);
      const Delivered delivered = deliver(name);
      CHECK(delivered.packets == packets);
      CHECK_FALSE(delivered.damage);
    }
    const fs::path path = folder.path() / ("pipe" + std::to_string(file.size()));
    const NamedPipe pipe(path, file);
    CHECK(deliver(path).packets == packets);
  }
}

TEST_CASE("a pipe that breaks off is damage at that place") {
  const Bytes file = pcap(many_packets());
  const PipedInput input({file.begin(), file.end() - 5});
  Capture capture("-");
  for (RawPacket raw; capture.next(raw);) {
  }
  CHECK(capture.warning().starts_with("standard input: damaged at offset "));
}

TEST_CASE("standard input that is no capture is refused by that name") {
  {
    const PipedInput input({});
    CHECK(error_of("-") ==
          "[capture] standard input: offset 0: expected a pcap or pcapng file, found an empty file");
  }
  {
    const PipedInput input(counting(1000));
    CHECK(error_of("-") ==
          "[capture] standard input: offset 0: expected a pcap or pcapng file, found something else");
  }
}

TEST_CASE("a folder, a terminal and a device are refused without being read") {
  const TemporaryFolder folder;
  CHECK(error_of(folder.path()) ==
        "[capture] " + folder.path().string() + ": expected a pcap or pcapng file, found a folder");
  CHECK(error_of("/dev/zero") == "[capture] /dev/zero: expected a pcap or pcapng file, found a device");
  const int controller = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(controller >= 0);
  REQUIRE(grantpt(controller) == 0);
  REQUIRE(unlockpt(controller) == 0);
  const char* const name = ptsname(controller);
  CHECK(error_of(name) ==
        std::string("[capture] ") + name + ": expected a pcap or pcapng file, found a terminal");
  close(controller);
}

TEST_CASE("checks of what lies in a folder never open a pipe, which would wait for its writer") {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "a.pcap";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_FALSE(is_capture(pipe));
  CHECK_FALSE(unreadable_capture(pipe));
  CHECK_FALSE(is_capture("-"));
  CHECK_FALSE(is_capture(folder.path()));
  CHECK_FALSE(unreadable_capture(folder.path()));
  CHECK_FALSE(is_capture(folder.path() / "missing"));
}

TEST_CASE("paths: what can be read once only, names and sizes") {
  const TemporaryFolder folder;
  const fs::path file = folder.write("a", counting(17));
  const fs::path pipe = folder.path() / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(is_standard_input("-"));
  CHECK(is_standard_input("/dev/stdin"));
  CHECK_FALSE(is_standard_input("./-"));
  CHECK(is_read_once("-"));
  CHECK(is_read_once(pipe));
  CHECK_FALSE(is_read_once(file));
  CHECK(shown_name("-") == "standard input");
  CHECK(shown_name(file) == file.string());
  CHECK(capture_size(file) == 17);
  CHECK(capture_size(pipe) == 0);
  const PipedInput input(counting(5));
  CHECK(capture_size("-") == 0);
}

TEST_CASE("a file that holds packets in another form is named by its content") {
  struct Case {
    std::string_view start;
    const char* what;
  };
  using std::string_view_literals::operator""sv;
  const TemporaryFolder folder;
  for (const Case& known :
       {Case{"\xfd"
             "7zXZ\0"sv,
             "an xz-compressed file; decompress it first"},
        Case{"\x28\xb5\x2f\xfd"sv, "a zstd-compressed file; decompress it first"},
        Case{"BZh91AY"sv, "a bzip2-compressed file; decompress it first"},
        Case{"PK\x03\x04"sv, "a zip archive; unpack it first"},
        Case{"snoop\0\0\0"sv, "a snoop capture; convert it to pcap first, for example with editcap"},
        Case{"GMBU"sv,
             "a Microsoft Network Monitor capture; convert it to pcap first, for "
             "example with editcap"}}) {
    CAPTURE(known.what);
    const Bytes content = Bytes(known.start.begin(), known.start.end()) + counting(600);
    const fs::path plain = folder.write("plain", content);
    CHECK(unreadable_capture(plain) == known.what);
    CHECK(unreadable_capture(folder.write("compressed", gzip(content))) == known.what);
    CHECK_FALSE(is_capture(plain));
    CHECK(error_of(plain) ==
          "[capture] " + plain.string() + ": offset 0: expected a pcap or pcapng file, found " + known.what);
  }
  const Bytes capture = pcap({ethernet(tcp_packet())});
  const Bytes twice = gzip(gzip(capture));
  CHECK(unreadable_capture(folder.write("twice", twice)) ==
        "a file compressed with gzip twice; decompress it first");
  Bytes tar(512, 0);
  std::copy_n("ustar", 5, tar.begin() + 257);
  CHECK(unreadable_capture(folder.write("tar", gzip(tar))) == "a tar archive; unpack it first");
  CHECK_FALSE(unreadable_capture(folder.write("capture", capture)));
  CHECK_FALSE(unreadable_capture(folder.write("text", std::string("file,class\n"))));
  CHECK_FALSE(unreadable_capture(folder.write("empty", Bytes{})));
  CHECK(unreadable_capture("/proc/self/mem") == "cannot be read: Input/output error");
}
