#include "traffic/iscx.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace traffic;

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

TEST_CASE("names like those of captures") {
  for (const char* name : {"a.pcap", "A.PCAP", "a.pcapng.gz", "b/c.Cap"}) CHECK(is_named_like_capture(name));
  for (const char* name : {"a.txt", "a.gz", "pcap", ".pcap", "a.pcap.zip"})
    CHECK_FALSE(is_named_like_capture(name));
}
