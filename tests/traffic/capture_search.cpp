#include "traffic/capture_search.hpp"

#include <ebb/core/error.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "builders.hpp"

using namespace traffic;
using namespace traffic::test;

namespace fs = std::filesystem;

namespace {

const Bytes kCapture = pcap({ethernet(tcp_packet())});

using Names = std::vector<std::string>;

Names captures_in(const FoundCaptures& found) {
  Names names;
  for (const fs::path& capture : found.captures) names.push_back(capture.string());
  return names;
}

// "FILE: REASON" with the file relative to the folder.
Names warnings_in(const FoundCaptures& found, const fs::path& folder) {
  Names warnings;
  for (const std::string& warning : found.warnings) {
    REQUIRE(warning.starts_with(folder.string() + "/"));
    warnings.push_back(warning.substr(folder.string().size() + 1));
  }
  return warnings;
}

void link(const TemporaryFolder& folder, const fs::path& target, const fs::path& name) {
  fs::create_directories((folder.path() / name).parent_path());
  fs::create_symlink(target, folder.path() / name);
}

// What the function returns in a process without the rights of root, who may read everything.
std::string as_nobody(const std::function<std::string()>& function) {
  if (geteuid() != 0) return function();
  constexpr uid_t kNobody = 65534;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::string text = "rights could not be given up";
    if (setresgid(kNobody, kNobody, kNobody) == 0 && setresuid(kNobody, kNobody, kNobody) == 0)
      text = function();
    _exit(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char part[4096];
  for (ssize_t got; (got = read(ends[0], part, sizeof part)) > 0;)
    text.append(part, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  return text;
}

}  // namespace

TEST_CASE("links are followed, in circles and back they end, and a subfolder is searched once") {
  const TemporaryFolder folder, elsewhere;
  folder.write("a/1.pcap", kCapture);
  folder.write("b/c/2.pcap", kCapture);
  elsewhere.write("3.pcap", kCapture);
  elsewhere.write("deep/4.pcap", kCapture);
  link(folder, elsewhere.path(), "d");
  link(folder, "../b", "a/to b");
  link(folder, "../a", "b/to a");
  link(folder, "a", "also a");
  link(folder, ".", "b/c/here");
  link(folder, "../..", "b/c/up");
  link(folder, "self", "self");
  link(folder, "two", "one");
  link(folder, "one", "two");
  link(folder, "gone.pcap", "dangling");
  link(folder, "/", "everything");
  link(elsewhere, folder.path(), "back");
  const FoundCaptures found = search_folder(folder.path());
  CHECK(captures_in(found) == Names{"a/1.pcap", "also a/1.pcap", "b/c/2.pcap", "d/3.pcap", "d/deep/4.pcap"});
  const std::string around = ": a link to a folder around it, which is not followed";
  const std::string loop = ": cannot be read: Too many levels of symbolic links";
  CHECK(warnings_in(found, folder.path()) ==
        Names{"b/c/here" + around, "b/c/up" + around, "dangling: a link to what is not there",
              "everything" + around, "one" + loop, "self" + loop, "two" + loop});
}

TEST_CASE("folders that all link to each other are searched in no time") {
  const TemporaryFolder folder;
  constexpr int kFolders = 12;  // 12! paths
  for (int i = 0; i < kFolders; ++i) {
    const std::string name = std::to_string(i);
    folder.write(name + "/" + name + ".pcap", kCapture);
    for (int j = 0; j < kFolders; ++j) {
      if (i != j) link(folder, "../" + std::to_string(j), name + "/to" + std::to_string(j));
    }
  }
  const FoundCaptures found = search_folder(folder.path());
  CHECK(found.captures.size() == kFolders);
  CHECK(found.warnings.empty());
}

TEST_CASE("what is passed by is named with the reason") {
  const TemporaryFolder folder;
  folder.write("a/ok", kCapture);
  folder.write("a/readme.txt", std::string("text"));
  folder.write("a/x.pcap.xz", std::string("\xfd"
                                          "7zXZ\0 and so on",
                                          16));
  folder.write("a/x.zip", std::string("PK\x03\x04 and so on"));
  folder.write("a/x.zst", std::string("\x28\xb5\x2f\xfd and so on"));
  folder.write("a/x.snoop", std::string("snoop\0\0\0\0\0\0\2", 12));
  folder.write("a/fake.PCAP", std::string("text"));
  folder.write("a/empty.cap", std::string());
  folder.write("Manifest.CSV", std::string("file,class\n"));
  REQUIRE(mkfifo((folder.path() / "pipe.pcap").c_str(), 0600) == 0);
  link(folder, "/dev/null", "device.pcap");
  const FoundCaptures found = search_folder(folder.path());
  CHECK(captures_in(found) == Names{"a/ok"});
  CHECK(warnings_in(found, folder.path()) ==
        Names{"Manifest.CSV: not read: a manifest is named manifest.csv",
              "a/empty.cap: named like a capture, but its content is none",
              "a/fake.PCAP: named like a capture, but its content is none",
              "a/x.pcap.xz: an xz-compressed file; decompress it first",
              "a/x.snoop: a snoop capture; convert it to pcap first, for example with editcap",
              "a/x.zip: a zip archive; unpack it first",
              "a/x.zst: a zstd-compressed file; decompress it first",
              "device.pcap: a device, which is not opened in a folder",
              "pipe.pcap: a named pipe, which is not opened in a folder"});
}

TEST_CASE("files and folders without the right to read them are named with the system's reason") {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0755));
  folder.write("a/ok.pcap", kCapture);
  fs::permissions(folder.write("a/closed.pcap", kCapture), fs::perms::none);
  folder.write("b/hidden.pcap", kCapture);
  folder.write("c/listed.pcap", kCapture);
  fs::permissions(folder.path() / "b", fs::perms::none);
  fs::permissions(folder.path() / "c", fs::perms(0744));
  const std::string found = as_nobody([&] {
    const FoundCaptures searched = search_folder(folder.path());
    std::string text;
    for (const std::string& name : captures_in(searched)) text += name + "\n";
    for (const std::string& warning : warnings_in(searched, folder.path())) text += warning + "\n";
    return text;
  });
  CHECK(found ==
        "a/ok.pcap\n"
        "a/closed.pcap: cannot be read: Permission denied\n"
        "b: cannot be read: Permission denied\n"
        "c/listed.pcap: cannot be read: Permission denied\n");
  const std::string refused = as_nobody([&]() -> std::string {
    try {
      (void)search_folder(folder.path() / "b");
    } catch (const ebb::Error& error) {
      return error.what();
    }
    return "";
  });
  CHECK(refused == "[captures] " + (folder.path() / "b").string() + ": cannot be read: Permission denied");
  fs::permissions(folder.path() / "b", fs::perms::owner_all);
}

TEST_CASE("a folder that is none is an error") {
  const TemporaryFolder folder;
  const fs::path file = folder.write("a.pcap", kCapture);
  CHECK_THROWS_WITH_AS(search_folder(file),
                       ("[captures] " + file.string() + ": cannot be read: Not a directory").c_str(),
                       ebb::Error);
  CHECK_THROWS_WITH_AS(
      search_folder(folder.path() / "gone"),
      ("[captures] " + (folder.path() / "gone").string() + ": cannot be read: No such file or directory")
          .c_str(),
      ebb::Error);
}
