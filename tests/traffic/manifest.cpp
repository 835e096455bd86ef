#include "traffic/manifest.hpp"

#include <ebb/core/error.hpp>

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "builders.hpp"
#include "traffic/real_path.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

std::optional<Manifest> manifest_of(const TemporaryFolder& folder, const std::string& text) {
  folder.write("manifest.csv", text);
  return Manifest::in(folder.path());
}

}  // namespace

TEST_CASE("rows are found by the file that they mean") {
  const TemporaryFolder folder;
  const std::filesystem::path capture = folder.write("a/b.pcap", std::string());
  std::filesystem::create_symlink(capture, folder.path() / "link");
  for (const std::string& file :
       {std::string("a/b.pcap"), std::string("./a/../a//b.pcap"), capture.string(), std::string("link")}) {
    const auto manifest =
        manifest_of(folder, "note, Class ,FILE,Application\n1,Chat," + file + ",\"x, y\"\n");
    REQUIRE(manifest);
    const Manifest::Entry* entry = manifest->find(real_path(capture));
    REQUIRE_MESSAGE(entry, file);
    CHECK(entry->traffic == "Chat");
    CHECK(entry->application == "x, y");
    CHECK(entry->line == 2);
    CHECK(manifest->missing().empty());
  }
}

TEST_CASE("a file may be listed twice with one class, and files that are not there are named") {
  const TemporaryFolder folder;
  folder.write("a", std::string());
  const auto manifest = manifest_of(folder, "file,class\na,VoIP\nb,Chat\n./a,voip\nself/x,Chat\na/x,Chat\n");
  REQUIRE(manifest);
  CHECK(manifest->size() == 4);
  CHECK(manifest->missing() == std::vector<std::string>{"b (line 3)", "self/x (line 5)", "a/x (line 6)"});
}

TEST_CASE("what is not understood is an error with line, expectation and finding") {
  const TemporaryFolder folder;
  folder.write("Chat/a.pcap", std::string());
  const std::string columns =
      ", line 1: expected the columns file and class (and perhaps application), separated by commas; found ";
  const std::string purpose = "; a table for another purpose needs another name";
  for (const auto& [text, facts] : std::vector<std::pair<std::string, std::string>>{
           {"file;class\nx;Chat\n", columns + "'file;class': separated by semicolons?"},
           {"file\tclass\nx\tChat\n", columns + "'file\\x09class': separated by tabs?"},
           {"file|class\nx|Chat\n", columns + "'file|class': separated by bars?"},
           {"file,what_is_odd\nx,QinQ\n", columns + "'file,what_is_odd'" + purpose},
           {"x.pcap,Chat\n", columns + "'x.pcap,Chat'" + purpose},
           {"file,class\n", ", line 1: expected a row for each capture below this line, found none"},
           {"file,class\n,Chat\n", ", line 2: expected the path of a capture, found nothing"},
           {"file,class\nChat,Chat\n", ", line 2: expected the path of one capture, found the folder 'Chat'"},
           {"file,class\nx,Chat\ny,Chat\n./x,VoIP\n",
            ", line 4: expected one class for './x', found 'VoIP' after 'Chat' in line 2"},
           {"file,class,application\nx,Chat,\nx,Chat,ICQ\n",
            ", line 3: expected one class for 'x', found 'ICQ' after nothing in line 2"}}) {
    CAPTURE(text);
    const std::string path = (folder.path() / "manifest.csv").string();
    CHECK_THROWS_WITH_AS(manifest_of(folder, text), ("[manifest] " + path + facts).c_str(), ebb::Error);
  }
  CHECK_THROWS_AS(manifest_of(folder, "file,class,Class\nx,a,b\n"), ebb::Error);
}

TEST_CASE("a manifest that cannot be read is not taken for none") {
  const TemporaryFolder folder;
  CHECK_FALSE(Manifest::in(folder.path()));
  const std::filesystem::path path = folder.path() / "manifest.csv";
  SUBCASE("a folder") { std::filesystem::create_directory(path); }
  SUBCASE("a pipe, which is not opened") { REQUIRE(mkfifo(path.c_str(), 0600) == 0); }
  SUBCASE("a link to nothing") { std::filesystem::create_symlink("gone", path); }
  SUBCASE("a link to itself") { std::filesystem::create_symlink("manifest.csv", path); }
  CHECK_THROWS_AS(Manifest::in(folder.path()), ebb::Error);
}
