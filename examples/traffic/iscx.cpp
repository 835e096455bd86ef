#include "traffic/iscx.hpp"

#include <array>
#include <sstream>
#include <unordered_map>

#include "traffic/ascii.hpp"

namespace traffic {
namespace {

struct Group {
  std::string_view application;
  std::string_view traffic;
  std::string_view names;
};

constexpr std::array kGroups{
    Group{"AIM chat", "Chat", "aim_chat_3a aim_chat_3b aimchat1 aimchat2"},
    Group{"Email", "Email", "email1a email1b email2a email2b"},
    Group{"Facebook", "Chat", "facebook_chat_4a facebook_chat_4b facebookchat1 facebookchat2 facebookchat3"},
    Group{
        "Facebook", "VoIP",
        "facebook_audio1a facebook_audio1b facebook_audio2a facebook_audio2b facebook_audio3 facebook_audio4 "
        "facebook_video1a facebook_video1b facebook_video2a facebook_video2b"},
    Group{"FTPS", "File Transfer", "ftps_down_1a ftps_down_1b ftps_up_2a ftps_up_2b"},
    Group{"Gmail", "Chat", "gmailchat1 gmailchat2 gmailchat3"},
    Group{"Hangouts", "Chat", "hangout_chat_4b hangouts_chat_4a"},
    Group{
        "Hangouts", "VoIP",
        "hangouts_audio1a hangouts_audio1b hangouts_audio2a hangouts_audio2b hangouts_audio3 hangouts_audio4 "
        "hangouts_video1b hangouts_video2a hangouts_video2b"},
    Group{"ICQ", "Chat", "icq_chat_3a icq_chat_3b icqchat1 icqchat2"},
    Group{"Netflix", "Streaming", "netflix1 netflix2 netflix3 netflix4"},
    Group{"SCP", "File Transfer",
          "scp1 scpdown1 scpdown2 scpdown3 scpdown4 scpdown5 scpdown6 scpup1 scpup2 scpup3 scpup5 scpup6"},
    Group{"SFTP", "File Transfer",
          "sftp1 sftp_down_3a sftp_down_3b sftp_up_2a sftp_up_2b sftpdown1 sftpdown2 sftpup1"},
    Group{"Skype", "Chat", "skype_chat1a skype_chat1b"},
    Group{"Skype", "File Transfer",
          "skype_file1 skype_file2 skype_file3 skype_file4 skype_file5 skype_file6 skype_file7 skype_file8"},
    Group{"Skype", "VoIP",
          "skype_audio1a skype_audio1b skype_audio2a skype_audio2b skype_audio3 skype_audio4 "
          "skype_video1a skype_video1b skype_video2a skype_video2b"},
    Group{"Spotify", "Streaming", "spotify1 spotify2 spotify3 spotify4"},
    Group{"Torrent", "Torrent", "torrent01"},
    Group{
        "Tor", "",
        "torfacebook torgoogle tortwitter torvimeo1 torvimeo2 torvimeo3 toryoutube1 toryoutube2 toryoutube3"},
    Group{"VoipBuster", "VoIP", "voipbuster1b voipbuster2b voipbuster3b voipbuster_4a voipbuster_4b"},
    Group{"Vimeo", "Streaming", "vimeo1 vimeo2 vimeo3 vimeo4"},
    Group{"YouTube", "Streaming", "youtube1 youtube2 youtube3 youtube4 youtube5 youtube6 youtubehtml5_1"},
    Group{"", "VPN: Chat",
          "vpn_aim_chat1a vpn_aim_chat1b vpn_facebook_chat1a vpn_facebook_chat1b vpn_hangouts_chat1a "
          "vpn_hangouts_chat1b vpn_icq_chat1a vpn_icq_chat1b vpn_skype_chat1a vpn_skype_chat1b"},
    Group{"", "VPN: Email", "vpn_email2a vpn_email2b"},
    Group{"", "VPN: File Transfer",
          "vpn_ftps_a vpn_ftps_b vpn_sftp_a vpn_sftp_b vpn_skype_files1a vpn_skype_files1b"},
    Group{"", "VPN: Streaming", "vpn_netflix_a vpn_spotify_a vpn_vimeo_a vpn_vimeo_b vpn_youtube_a"},
    Group{"", "VPN: Torrent", "vpn_bittorrent"},
    Group{"", "VPN: VoIP",
          "vpn_facebook_audio2 vpn_hangouts_audio1 vpn_hangouts_audio2 vpn_skype_audio1 vpn_skype_audio2 "
          "vpn_voipbuster1a vpn_voipbuster1b"},
};

std::vector<IscxCapture> list_captures() {
  std::vector<IscxCapture> captures;
  for (const Group& group : kGroups) {
    std::istringstream names{std::string(group.names)};
    for (std::string name; names >> name;) captures.push_back({name, group.application, group.traffic});
  }
  return captures;
}

struct CutName {
  std::string name;  // in lower case
  bool of_capture;   // whether a capture's extension was there
};

CutName cut_extensions(const std::filesystem::path& file) {
  CutName cut{to_lower(file.filename().string()), false};
  const auto take = [&cut](std::string_view extension) {
    const bool there = cut.name.size() > extension.size() && cut.name.ends_with(extension);
    if (there) cut.name.resize(cut.name.size() - extension.size());
    return there;
  };
  take(".gz");
  cut.of_capture = take(".pcap") || take(".pcapng") || take(".cap");
  return cut;
}

}  // namespace

const std::vector<IscxCapture>& iscx_captures() {
  static const std::vector<IscxCapture> captures = list_captures();
  return captures;
}

const IscxCapture* find_iscx_capture(const std::filesystem::path& file) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const IscxCapture*> map;
    for (const IscxCapture& capture : iscx_captures()) map.emplace(capture.name, &capture);
    return map;
  }();
  const auto found = by_name.find(capture_name(file));
  return found == by_name.end() ? nullptr : found->second;
}

std::string capture_name(const std::filesystem::path& file) { return cut_extensions(file).name; }

bool is_named_like_capture(const std::filesystem::path& file) { return cut_extensions(file).of_capture; }

const std::vector<std::string>& iscx_applications() {
  static const std::vector<std::string> names{
      "AIM chat", "Email", "Facebook", "FTPS",    "Gmail", "Hangouts",   "ICQ",   "Netflix", "SCP",
      "SFTP",     "Skype", "Spotify",  "Torrent", "Tor",   "VoipBuster", "Vimeo", "YouTube"};
  return names;
}

const std::vector<std::string>& iscx_traffic_types() {
  static const std::vector<std::string> names{
      "Chat",      "Email",      "File Transfer",      "Streaming",      "Torrent",      "VoIP",
      "VPN: Chat", "VPN: Email", "VPN: File Transfer", "VPN: Streaming", "VPN: Torrent", "VPN: VoIP"};
  return names;
}

}  // namespace traffic
