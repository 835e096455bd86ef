#include "traffic/labels.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/iscx.hpp"
#include "traffic/manifest.hpp"

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

TEST_CASE("the classes of ISCX and how many captures each has") {
  std::map<std::string_view, int> applications;
  std::map<std::string_view, int> types;
  std::set<std::string> names;
  for (const IscxCapture& capture : iscx_captures()) {
    CHECK(names.insert(capture.name).second);
    ++applications[capture.application];
    ++types[capture.traffic];
    CHECK((capture.application.empty()) == (capture.name.rfind("vpn_", 0) == 0));
    CHECK((capture.traffic.empty()) == (capture.application == "Tor"));
    CHECK((capture.traffic.rfind("VPN: ", 0) == 0) == capture.application.empty());
  }
  CHECK(applications == std::map<std::string_view, int>{{"", 31},
                                                        {"AIM chat", 4},
                                                        {"Email", 4},
                                                        {"Facebook", 15},
                                                        {"FTPS", 4},
                                                        {"Gmail", 3},
                                                        {"Hangouts", 11},
                                                        {"ICQ", 4},
                                                        {"Netflix", 4},
                                                        {"SCP", 12},
                                                        {"SFTP", 8},
                                                        {"Skype", 20},
                                                        {"Spotify", 4},
                                                        {"Torrent", 1},
                                                        {"Tor", 9},
                                                        {"VoipBuster", 5},
                                                        {"Vimeo", 4},
                                                        {"YouTube", 7}});
  CHECK(types == std::map<std::string_view, int>{{"", 9},
                                                 {"Chat", 20},
                                                 {"Email", 4},
                                                 {"File Transfer", 32},
                                                 {"Streaming", 19},
                                                 {"Torrent", 1},
                                                 {"VoIP", 34},
                                                 {"VPN: Chat", 10},
                                                 {"VPN: Email", 2},
                                                 {"VPN: File Transfer", 6},
                                                 {"VPN: Streaming", 5},
                                                 {"VPN: Torrent", 1},
                                                 {"VPN: VoIP", 7}});
  CHECK(iscx_applications().size() == 17);
  CHECK(iscx_traffic_types().size() == 12);
}

TEST_CASE("names as they are spelled in the data set find their class, and nothing else does") {
  struct Case {
    const char* file;
    const char* application;
    const char* traffic;
  };
  for (const Case& known : {Case{"AIMchat1.pcapng", "AIM chat", "Chat"},
                            {"a/b/aim_chat_3a.pcap", "AIM chat", "Chat"},
                            {"facebook_video1b.pcapng.gz", "Facebook", "VoIP"},
                            {"facebookchat2.pcapng", "Facebook", "Chat"},
                            {"hangout_chat_4b.pcap", "Hangouts", "Chat"},
                            {"scpDown3.pcap", "SCP", "File Transfer"},
                            {"skype_file8.pcap", "Skype", "File Transfer"},
                            {"skype_audio4.pcapng", "Skype", "VoIP"},
                            {"Torrent01.pcapng", "Torrent", "Torrent"},
                            {"torFacebook.pcap", "Tor", ""},
                            {"torVimeo2.pcap", "Tor", ""},
                            {"youtubeHTML5_1.pcap", "YouTube", "Streaming"},
                            {"vpn_skype_files1a.pcap", "", "VPN: File Transfer"},
                            {"vpn_bittorrent.cap", "", "VPN: Torrent"},
                            {"VPN_netflix_A.PCAP.GZ", "", "VPN: Streaming"}}) {
    CAPTURE(known.file);
    const IscxCapture* found = find_iscx_capture(known.file);
    REQUIRE(found);
    CHECK(found->application == known.application);
    CHECK(found->traffic == known.traffic);
  }
  for (const char* unknown :
       {"email.pcap", "email1c.pcap", "myvimeo1.pcap", "vimeo5.pcap", "vpn_vimeo1.pcap",
        "hangouts_video1a.pcap", "scpup4.pcap", "netflix1.txt", "netflix1 (1).pcap", "chat.pcap",
        "netflix1.pcap.zip", "vpn_email1a.pcap", "skype_video1.pcap", ""}) {
    CAPTURE(unknown);
    CHECK(find_iscx_capture(unknown) == nullptr);
  }
}

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
  CHECK(list.warnings[0] == (folder.path() / "manifest.csv").string() + ": 1 of its 4 files are not there");

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

TEST_CASE("a manifest about something else is no manifest") {
  const TemporaryFolder folder;
  folder.write("a.pcap", kCapture);
  folder.write("manifest.csv", std::string("file,what_is_odd\na.pcap,QinQ\n"));
  CHECK(labels_in(folder, Task::traffic) ==
        Labels{{"a.pcap", "(no manifest.csv, not in one directory per class, no ISCX name)"}});
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
      CHECK(label == "(no manifest.csv, in directories for the task 'traffic', no ISCX name)");
    }
  }
  SUBCASE("is none where a capture lies elsewhere") {
    folder.write("Chat/more/f.pcap", kCapture);
    for (const auto& [file, label] : labels_in(folder, Task::traffic)) {
      CHECK(label == "(no manifest.csv, not in one directory per class, no ISCX name)");
    }
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

TEST_CASE("classes are ordered as in reports") {
  CHECK(ordered_classes(Task::traffic, {"Zoo", "VPN: Chat", "VoIP", "Apes", "Chat", "Zoo"}) ==
        std::vector<std::string>{"Chat", "VoIP", "VPN: Chat", "Apes", "Zoo"});
  CHECK(class_name(Task::application, "youtube") == "YouTube");
  CHECK(class_name(Task::application, "Chat") == "Chat");
  CHECK(class_name(Task::traffic, "VPN-Voip") == "VPN: VoIP");
}
