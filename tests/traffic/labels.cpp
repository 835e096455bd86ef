#include "traffic/labels.hpp"

#include <ebb/core/error.hpp>

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "builders.hpp"
#include "shared_data.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

const Bytes kCapture = pcap({ethernet(tcp_packet())});

// File (relative to the folder) -> label, or the reason in brackets.
std::map<std::string, std::string> labels_in(const TemporaryFolder& folder, Task task) {
  std::map<std::string, std::string> labels;
  for (const LabelledCapture& capture : find_captures({folder.path()}, task).captures) {
    labels[capture.path.lexically_relative(folder.path()).string()] =
        capture.label.empty() ? "(" + capture.reason + ")" : capture.label;
  }
  return labels;
}

using Labels = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("captures with ISCX names, in both tasks") {
  const TemporaryFolder folder;
  folder.write("NonVPN-PCAPs-01/AIMchat1.pcapng", kCapture);
  folder.write("NonVPN-PCAPs-02/torVimeo1.pcap", kCapture);
  folder.write("VPN-PCAPS-01/vpn_aim_chat1a.pcap", kCapture);
  folder.write("VPN-PCAPS-01/unheard_of.pcap", kCapture);
  const std::string unknown = "(no manifest.csv, among captures with ISCX names, no ISCX name)";
  CHECK(labels_in(folder, Task::application) ==
        Labels{{"NonVPN-PCAPs-01/AIMchat1.pcapng", "AIM chat"},
               {"NonVPN-PCAPs-02/torVimeo1.pcap", "Tor"},
               {"VPN-PCAPS-01/vpn_aim_chat1a.pcap", "(a VPN capture belongs to no application)"},
               {"VPN-PCAPS-01/unheard_of.pcap", unknown}});
  CHECK(labels_in(folder, Task::traffic) ==
        Labels{{"NonVPN-PCAPs-01/AIMchat1.pcapng", "Chat"},
               {"NonVPN-PCAPs-02/torVimeo1.pcap", "(a Tor capture has no traffic type)"},
               {"VPN-PCAPS-01/vpn_aim_chat1a.pcap", "VPN: Chat"},
               {"VPN-PCAPS-01/unheard_of.pcap", unknown}});
}

TEST_CASE("a manifest wins over directories and names, and what it does not list has no label") {
  const TemporaryFolder folder;
  for (const char* file : {"Chat/netflix1.pcap", "Chat/b.pcap", "Chat/c.pcap", "d.pcap"})
    folder.write(file, kCapture);
  folder.write("manifest.csv", std::string("file,class,application\r\n"
                                           "Chat/netflix1.pcap,Email,\"My \"\"App\"\", one\"\r\n"
                                           "Chat/b.pcap,Other,skype\r\n"
                                           "./d.pcap,file-transfer,\r\n"
                                           "gone.pcap,Chat,x\r\n"));
  CHECK(labels_in(folder, Task::traffic) == Labels{{"Chat/netflix1.pcap", "Email"},
                                                   {"Chat/b.pcap", "(class Other is no traffic type)"},
                                                   {"Chat/c.pcap", "(not in its manifest.csv)"},
                                                   {"d.pcap", "File Transfer"}});
  CHECK(labels_in(folder, Task::application) == Labels{{"Chat/netflix1.pcap", "My \"App\", one"},
                                                       {"Chat/b.pcap", "Skype"},
                                                       {"Chat/c.pcap", "(not in its manifest.csv)"},
                                                       {"d.pcap", "(its manifest.csv gives it no class)"}});
  const CaptureList list = find_captures({folder.path()}, Task::traffic);
  REQUIRE(list.warnings.size() == 1);
  CHECK(list.warnings[0] ==
        (folder.path() / "manifest.csv").string() + ": 1 of its 4 files are not there: gone.pcap (line 5)");

  const CaptureList one = find_captures({folder.path() / "Chat" / "netflix1.pcap"}, Task::traffic);
  REQUIRE(one.captures.size() == 1);
  CHECK(one.captures[0].label == "Email");
}

TEST_CASE("the nearest manifest counts; without application column it labels no application") {
  const TemporaryFolder folder;
  folder.write("a/x.pcap", kCapture);
  folder.write("b/x.pcap", kCapture);
  folder.write("manifest.csv", std::string("file,class\na/x.pcap,Chat\nb/x.pcap,Chat\n"));
  folder.write("b/manifest.csv", std::string("class,file\nVoIP,x.pcap\n"));
  CHECK(labels_in(folder, Task::traffic) == Labels{{"a/x.pcap", "Chat"}, {"b/x.pcap", "VoIP"}});
  const std::string none = "(its manifest.csv has no column 'application')";
  CHECK(labels_in(folder, Task::application) == Labels{{"a/x.pcap", none}, {"b/x.pcap", none}});
}

TEST_CASE("a directory per class") {
  const TemporaryFolder folder;
  folder.write("Chat/a.pcap", kCapture);
  folder.write("vpn chat/b.pcap", gzip(kCapture));
  folder.write("FileTransfer/c", kCapture);
  folder.write("Other/d.pcap", kCapture);
  folder.write("Games/e.pcap", kCapture);
  folder.write("Games/readme.txt", std::string("not a capture"));
  CHECK(labels_in(folder, Task::traffic) == Labels{{"Chat/a.pcap", "Chat"},
                                                   {"vpn chat/b.pcap", "VPN: Chat"},
                                                   {"FileTransfer/c", "File Transfer"},
                                                   {"Other/d.pcap", "(class Other is no traffic type)"},
                                                   {"Games/e.pcap", "Games"}});

  SUBCASE("of traffic types labels no application") {
    for (const auto& [file, label] : labels_in(folder, Task::application)) {
      CHECK(label == "(no manifest.csv, in directories for the task 'traffic' (Chat), no ISCX name)");
    }
  }
  SUBCASE("does not speak of what lies deeper or above, which is named; all others keep their class") {
    const Labels before = labels_in(folder, Task::traffic);
    folder.write("Chat/more/f.pcap", kCapture);
    folder.write("g.pcap", kCapture);
    folder.write("Chat/more/and more/netflix1.pcap", kCapture);
    Labels now = labels_in(folder, Task::traffic);
    const std::string deeper = "no manifest.csv, deeper than FOLDER/Class/capture, no ISCX name";
    const std::string above = "no manifest.csv, not in a folder FOLDER/Class, no ISCX name";
    CHECK(now["Chat/more/f.pcap"] == "(" + deeper + ")");
    CHECK(now["g.pcap"] == "(" + above + ")");
    CHECK(now["Chat/more/and more/netflix1.pcap"] == "Streaming");
    for (const auto& [file, label] : before) CHECK(now[file] == label);
    CHECK(find_captures({folder.path()}, Task::traffic).warnings ==
          std::vector<std::string>{
              "1 capture without a class (" + deeper + "): " + (folder.path() / "Chat/more/f.pcap").string(),
              "1 capture without a class (" + above + "): " + (folder.path() / "g.pcap").string()});
  }
  SUBCASE("does not speak of files given by name") {
    const CaptureList list = find_captures({folder.path() / "Chat" / "a.pcap"}, Task::traffic);
    CHECK(list.captures.at(0).label.empty());
  }
}

TEST_CASE("a file given twice counts once, one that is named like a capture and is none is reported") {
  const TemporaryFolder folder;
  const auto netflix = folder.write("netflix1.pcap", kCapture);
  const auto fake = folder.write("netflix2.pcap", std::string("text"));
  const CaptureList list = find_captures({folder.path(), netflix}, Task::traffic);
  CHECK(list.captures.size() == 1);
  REQUIRE(list.warnings.size() == 1);
  CHECK(list.warnings[0].rfind(fake.string(), 0) == 0);
  CHECK_THROWS_AS(find_captures({fake}, Task::traffic), ebb::Error);
  CHECK_THROWS_AS(find_captures({folder.path() / "gone"}, Task::traffic), ebb::Error);
}

TEST_CASE("a folder with ISCX names in it is a part of that data set, its neighbours are classes") {
  const TemporaryFolder folder;
  folder.write("NonVPN-PCAPs-01/AIMchat1.pcapng", kCapture);
  folder.write("NonVPN-PCAPs-01/mine.pcap", kCapture);
  folder.write("ISCX/stray.pcap", kCapture);
  folder.write("ISCX/VPN-PCAPS-01/vpn_vimeo_a.pcap", kCapture);
  folder.write("Games/chess.pcap", kCapture);
  folder.write("Streaming/netflix1.pcap", kCapture);
  folder.write("Streaming/mine.pcap", kCapture);
  folder.write("Chat/netflix2.pcap", kCapture);
  const std::string part = "(no manifest.csv, among captures with ISCX names, no ISCX name)";
  CHECK(labels_in(folder, Task::traffic) ==
        Labels{{"NonVPN-PCAPs-01/AIMchat1.pcapng", "Chat"},
               {"NonVPN-PCAPs-01/mine.pcap", part},
               {"ISCX/stray.pcap", part},
               {"ISCX/VPN-PCAPS-01/vpn_vimeo_a.pcap", "VPN: Streaming"},
               {"Games/chess.pcap", "Games"},
               {"Streaming/netflix1.pcap", "Streaming"},
               {"Streaming/mine.pcap", "Streaming"},
               {"Chat/netflix2.pcap", "(its folder and its ISCX name are of different classes)"}});
}

TEST_CASE("two spellings of a class are an error that names both and where they are; blanks around are cut") {
  const TemporaryFolder folder;
  folder.write("Web Mail/a.pcap", kCapture);
  folder.write(" Games\t/b.pcap", kCapture);
  CHECK(labels_in(folder, Task::traffic) ==
        Labels{{"Web Mail/a.pcap", "Web Mail"}, {" Games\t/b.pcap", "Games"}});
  folder.write("other /c.pcap", kCapture);
  CHECK(labels_in(folder, Task::traffic)["other /c.pcap"] == "(class Other is no traffic type)");
  const std::string first = "[class] expected one spelling of each class, found 'Web Mail' (the folder " +
                            (folder.path() / "Web Mail").string() + ") and ";
  SUBCASE("of two folders") {
    folder.write("WebMail/d.pcap", kCapture);
    CHECK_THROWS_WITH_AS(
        labels_in(folder, Task::traffic),
        (first + "'WebMail' (the folder " + (folder.path() / "WebMail").string() + ")").c_str(), ebb::Error);
  }
  SUBCASE("of a folder and a manifest") {
    folder.write("e/f.pcap", kCapture);
    folder.write("e/manifest.csv", std::string("file,class\nf.pcap,web-mail\n"));
    CHECK_THROWS_WITH_AS(
        labels_in(folder, Task::traffic),
        (first + "'web-mail' (" + (folder.path() / "e" / "manifest.csv").string() + ", line 2)").c_str(),
        ebb::Error);
  }
}

TEST_CASE("a manifest is found and finds its rows however the path is written") {
  const TemporaryFolder folder;
  folder.write("in/a/irc.pcap", kCapture);
  folder.write("in/b/smtp.pcap", kCapture);
  std::filesystem::create_symlink(folder.path() / "in", folder.path() / "link");
  std::filesystem::create_symlink(folder.path() / "in" / "b" / "smtp.pcap",
                                  folder.path() / "in" / "a" / "link.pcap");
  std::filesystem::create_directory_symlink("in/a", folder.path() / "elsewhere");
  folder.write("in/manifest.csv", "file,class\n" + (folder.path() / "link/a/irc.pcap").string() +
                                      ",Chat\n./a/../a/link.pcap,Email\n");
  const std::filesystem::path start = std::filesystem::current_path();
  const auto labels_from = [&](const std::filesystem::path& where, std::vector<std::filesystem::path> what) {
    std::filesystem::current_path(where);
    const CaptureList list = find_captures(what, Task::traffic);
    std::filesystem::current_path(start);
    CHECK(list.warnings.empty());
    std::vector<std::string> labels;
    for (const LabelledCapture& capture : list.captures) labels.push_back(capture.label);
    return labels;
  };
  const std::vector<std::string> both{"Chat", "Email"};
  CHECK(labels_from(folder.path(), {"in"}) == both);
  CHECK(labels_from(folder.path(), {"link/"}) == both);
  CHECK(labels_from(folder.path(), {folder.path() / "in/../link/./a/.."}) == both);
  CHECK(labels_from(folder.path(), {"in/a/irc.pcap", "in/b/smtp.pcap"}) == both);
  CHECK(labels_from(folder.path(), {"elsewhere/irc.pcap", "elsewhere/link.pcap"}) == both);
  CHECK(labels_from(folder.path() / "in", {"."}) == both);
  CHECK(labels_from(folder.path() / "in" / "a", {"irc.pcap", "link.pcap"}) == both);
  CHECK(labels_from(folder.path() / "in" / "b", {"smtp.pcap", "../a/irc.pcap"}) == both);
}

TEST_CASE("a file in two class folders is an error, in one and elsewhere it has the class of the one") {
  const TemporaryFolder folder;
  const auto real = folder.write("Chat/a.pcap", kCapture);
  const auto label = [&](const std::vector<std::filesystem::path>& paths) {
    const CaptureList list = find_captures(paths, Task::traffic);
    REQUIRE(list.captures.size() == 1);
    return list.captures[0].label;
  };
  CHECK(label({real, folder.path()}) == "Chat");
  CHECK(label({folder.path() / "Chat", folder.path()}) == "Chat");
  CHECK(label({folder.path(), real, folder.path()}) == "Chat");
  std::filesystem::create_directories(folder.path() / "Email");
  std::filesystem::create_symlink("../Chat/a.pcap", folder.path() / "Email" / "b.pcap");
  CHECK_THROWS_WITH_AS(
      find_captures({folder.path()}, Task::traffic),
      ("[captures] expected one class per file, found Chat (" + real.string() + ") and Email (" +
       (folder.path() / "Email" / "b.pcap").string() + ") for the same file")
          .c_str(),
      ebb::Error);
}

TEST_CASE("a linked folder is a class like any other") {
  const TemporaryFolder folder, elsewhere;
  elsewhere.write("b.pcap", kCapture);
  folder.write("Chat/a.pcap", kCapture);
  std::filesystem::create_directory_symlink(elsewhere.path(), folder.path() / "VoIP");
  CHECK(labels_in(folder, Task::traffic) == Labels{{"Chat/a.pcap", "Chat"}, {"VoIP/b.pcap", "VoIP"}});
}

TEST_CASE("pipes and standard input are not opened, and labelled by manifest or name or not at all") {
  const TemporaryFolder folder;
  for (const char* name : {"listed", "netflix1.pcap", "nameless"}) {
    REQUIRE(mkfifo((folder.path() / name).c_str(), 0600) == 0);  // a reader would wait for a writer
  }
  CaptureList list = find_captures(
      {folder.path() / "netflix1.pcap", folder.path() / "nameless", "-", "/dev/stdin"}, Task::traffic);
  REQUIRE(list.captures.size() == 3);
  CHECK(list.captures[0].path == "-");
  CHECK(list.captures[0].reason == "no manifest.csv, read from standard input, no ISCX name");
  CHECK(list.captures[1].reason == "no manifest.csv, not in a given folder, no ISCX name");
  CHECK(list.captures[1].size == 0);
  CHECK(list.captures[2].label == "Streaming");
  CHECK(list.warnings.size() == 2);
  folder.write("manifest.csv", std::string("file,class\nlisted,Chat\n"));
  list = find_captures({folder.path() / "listed"}, Task::traffic);
  CHECK(list.captures.at(0).label == "Chat");
  CHECK(list.warnings.empty());
}

TEST_CASE("what is given and cannot be read is an error with the reason") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("self", folder.path() / "self");
  std::filesystem::create_symlink("gone", folder.path() / "dangling");
  folder.write("text.pcap", std::string("text"));
  for (const auto& [file, found] : std::map<std::string, std::string>{
           {"self", "cannot be read: Too many levels of symbolic links"},
           {"dangling", "no such file or folder"},
           {"gone", "no such file or folder"},
           {"text.pcap", "expected a pcap or pcapng file, found something else"},
           {"text.pcap/x.pcap", "no such file or folder"}}) {
    CAPTURE(file);
    std::string error;
    try {
      (void)find_captures({folder.path() / file}, Task::traffic);
    } catch (const ebb::Error& thrown) {
      error = thrown.what();
    }
    CHECK(error.find((folder.path() / file).string() + ": ") != std::string::npos);
    CHECK(error.ends_with(found));
  }
}

TEST_CASE("bytes of any encoding in file names stay as they are; a class must be text") {
  const TemporaryFolder folder;
  folder.write("Chat/\xff\xe9.pcap", kCapture);
  folder.write("Chat/\xc3\xa9.pcap", kCapture);
  CHECK(labels_in(folder, Task::traffic) ==
        Labels{{"Chat/\xff\xe9.pcap", "Chat"}, {"Chat/\xc3\xa9.pcap", "Chat"}});
  folder.write("manifest.csv",
               std::string("file,class\nChat/\xff\xe9.pcap,VoIP\nChat/\xc3\xa9.pcap,T\xc3\xa9l\n"));
  CHECK(labels_in(folder, Task::traffic) ==
        Labels{{"Chat/\xff\xe9.pcap", "VoIP"}, {"Chat/\xc3\xa9.pcap", "T\xc3\xa9l"}});
  folder.write("manifest.csv", std::string("file,class\nChat/\xff\xe9.pcap,T\xe9l\n"));
  CHECK_THROWS_WITH_AS(labels_in(folder, Task::traffic),
                       ("[class] " + (folder.path() / "manifest.csv").string() +
                        ", line 2: expected the name of a class, on one line and in UTF-8, found 'T\\xe9l'")
                           .c_str(),
                       ebb::Error);
}

TEST_CASE("the nDPI captures have the classes of their manifest, links and detours or not") {
  const auto shared = ebb::test::shared_folder();
  if (!shared) {
    MESSAGE("skipped: no folder with captures");
    return;
  }
  const TemporaryFolder folder;
  std::filesystem::create_directory_symlink(*shared / "data" / "ndpi", folder.path() / "ndpi");
  const CaptureList direct = find_captures({*shared / "data" / "ndpi"}, Task::traffic);
  const CaptureList linked = find_captures({folder.path()}, Task::traffic);
  REQUIRE(direct.captures.size() > 90);
  REQUIRE(linked.captures.size() == direct.captures.size());
  CHECK(direct.warnings.empty());
  for (std::size_t i = 0; i < direct.captures.size(); ++i) {
    const LabelledCapture& capture = direct.captures[i];
    CHECK(linked.captures[i].label == capture.label);
    const std::string folder_name = capture.path.parent_path().filename().string();
    CHECK((capture.label.empty() ? "Other" : capture.label) == class_name(Task::traffic, folder_name));
  }
}

TEST_CASE("the rules for a page of help are lines that fit") {
  std::size_t start = 0;
  for (std::size_t end; (end = label_rules.find('\n', start)) != std::string_view::npos; start = end + 1) {
    CHECK(end - start <= 100);
  }
  CHECK(start == label_rules.size());
  for (const char* word : {"manifest.csv", "FOLDER/Class/capture", "ISCX VPN-nonVPN"}) {
    CHECK(label_rules.find(word) != std::string_view::npos);
  }
}
