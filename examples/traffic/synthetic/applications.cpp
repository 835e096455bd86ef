#include "traffic/synthetic/applications.hpp"

#include "traffic/synthetic/bittorrent.hpp"
#include "traffic/synthetic/calls.hpp"
#include "traffic/synthetic/chat.hpp"
#include "traffic/synthetic/ftp.hpp"
#include "traffic/synthetic/mail.hpp"
#include "traffic/synthetic/quic.hpp"
#include "traffic/synthetic/sites.hpp"
#include "traffic/synthetic/spotify.hpp"
#include "traffic/synthetic/ssh.hpp"
#include "traffic/synthetic/tor.hpp"
#include "traffic/synthetic/web.hpp"

namespace traffic::synthetic {
namespace {

using Activities = std::vector<Activity>;

Activity https(Range flows, const Site& site, Rhythm rhythm, std::uint16_t port = 443) {
  return {flows, [=](Scene& scene, Time start) { tls_flow(scene, start, site, {port, rhythm}); }};
}

Activity http(Range flows, const Site& site, HttpFlow flow) {
  return {flows, [=](Scene& scene, Time start) { http_flow(scene, start, site, flow); }};
}

Activity quic(Range flows, const Site& site, Rhythm rhythm) {
  return {flows, [=](Scene& scene, Time start) { quic_flow(scene, start, site, rhythm); }};
}

Activity xmpp(Range flows, const Site& site, Rhythm rhythm) {
  return {flows, [=](Scene& scene, Time start) { xmpp_flow(scene, start, site, rhythm); }};
}

Activity oscar(Range flows, const Site& site, Range messages) {
  return {flows, [=](Scene& scene, Time start) { oscar_flow(scene, start, site, messages); }};
}

Activity web_call(Range flows, const Site& site, const WebCall& call) {
  return {flows, [=](Scene& scene, Time start) { synthetic::web_call(scene, start, site, call); }};
}

Activity skype_media(Range flows, Medium medium, Range duration) {
  return {flows,
          [=](Scene& scene, Time start) { skype_call(scene, start, sites::skype_peers, medium, duration); }};
}

Activity ssh(Range flows, const SshFlow& flow) {
  return {flows, [=](Scene& scene, Time start) { ssh_flow(scene, start, sites::file_server, flow); }};
}

Activity ftps(Range flows, Side from, Range size) {
  return {flows, [=](Scene& scene, Time start) {
            ftps_flow(scene, start, sites::file_server, {from, size});
          }};
}

Activity tor(Range flows, Rhythm rhythm) {
  return {flows, [=](Scene& scene, Time start) { tor_flow(scene, start, sites::tor_relays, rhythm); }};
}

/// Text back and forth, and the images and pages that come with it.
constexpr Rhythm kMessages = {.rounds = {4, 9},
                              .up = {90, 420},
                              .down = {60, 500},
                              .pause = {100'000, 9'000'000},
                              .pushed_percent = 25};
constexpr Rhythm kWebMessages = {.rounds = {4, 9},
                                 .up = {260, 1'300},
                                 .down = {50, 1'500},
                                 .pause = {80'000, 7'000'000},
                                 .pushed_percent = 30};
constexpr Rhythm kPage = {
    .rounds = {2, 4}, .up = {250, 900}, .down = {1'500, 24'000}, .pause = {20'000, 900'000}};
constexpr Rhythm kVideo = {
    .rounds = {1, 2}, .up = {280, 700}, .down = {12'000, 60'000}, .pause = {300'000, 5'000'000}};
constexpr Rhythm kMusic = {
    .rounds = {2, 4}, .up = {250, 600}, .down = {6'000, 36'000}, .pause = {400'000, 6'000'000}};
constexpr Rhythm kControl = {
    .rounds = {2, 6}, .up = {300, 1'600}, .down = {100, 4'000}, .pause = {30'000, 2'000'000}};

Activities aim_chat() {
  return {oscar({2, 3}, sites::aim, {6, 14}), https({3, 5}, sites::aim, kMessages, 5190),
          https({2, 3}, sites::aim, kMessages)};
}

Activities icq_chat() {
  return {oscar({2, 3}, sites::icq, {6, 14}), https({3, 4}, sites::icq, kMessages, 5190),
          https({2, 4}, sites::icq, kMessages)};
}

Activities facebook_chat() {
  return {https({2, 3}, sites::facebook, kWebMessages), https({1, 1}, sites::facebook_content, kPage)};
}

Activities gmail_chat() {
  return {https({4, 6}, sites::gmail_chat, kWebMessages), quic({2, 3}, sites::gmail_chat, kWebMessages),
          xmpp({2, 3}, sites::gmail_chat, kMessages), https({1, 2}, sites::google, kPage)};
}

Activities hangouts_chat() {
  return {https({2, 3}, sites::hangouts, kWebMessages), quic({1, 2}, sites::hangouts, kWebMessages)};
}

Activities skype_chat() {
  return {https({2, 4}, sites::skype, kWebMessages), skype_media({1, 1}, Medium::audio, {60'000, 200'000})};
}

Activities email() {
  const auto smtp = [](Scene& scene, Time start) { smtp_flow(scene, start, sites::mail, {1'500, 30'000}); };
  const auto imap = [](Scene& scene, Time start) { imap_flow(scene, start, sites::mail, {600, 18'000}); };
  const auto pop3 = [](Scene& scene, Time start) { pop3_flow(scene, start, sites::mail, {600, 18'000}); };
  return {{{3, 4}, smtp}, {{2, 4}, imap}, {{2, 2}, pop3}};
}

Activities facebook_call(Medium medium) {
  WebCall call = {.ports = {40'000, 40'099}, .streams = {}};
  for (const Side from : {Side::client, Side::server}) {
    call.streams.push_back({.from = from,
                            .payload_type = 103,
                            .period = 30'000,
                            .ticks_per_frame = 480,
                            .frame = {70, 210},
                            .tag = 10});
    if (medium == Medium::audio) continue;
    call.streams.push_back({.from = from,
                            .payload_type = 100,
                            .period = 40'000,
                            .ticks_per_frame = 3'600,
                            .frame = {500, 4'500},
                            .tag = 10});
  }
  return {web_call({2, 2}, sites::facebook, call), https({1, 1}, sites::facebook, kControl)};
}

Activities hangouts_call(Medium medium) {
  WebCall call = {.ports = {19'302, 19'309}, .streams = {}};
  for (const Side from : {Side::client, Side::server}) {
    call.streams.push_back({.from = from,
                            .payload_type = 111,
                            .period = 20'000,
                            .ticks_per_frame = 960,
                            .frame = {50, 160},
                            .tag = 10,
                            .send_times = true});
    if (medium == Medium::audio) continue;
    call.streams.push_back({.from = from,
                            .payload_type = 100,
                            .period = 33'333,
                            .ticks_per_frame = 3'000,
                            .frame = {400, 4'000},
                            .tag = 10,
                            .send_times = true});
  }
  return {web_call({1, 2}, sites::hangouts, call), https({1, 1}, sites::hangouts, kControl)};
}

Activities skype_calls(Medium medium) {
  return {skype_media({2, 2}, medium, {250'000, 450'000}), https({1, 1}, sites::skype, kControl)};
}

Activities skype_files() {
  const auto file = [](Scene& scene, Time start) {
    const Side from = scene.random.chance(50) ? Side::client : Side::server;
    skype_file(scene, start, sites::skype_peers, from, {15'000, 60'000});
  };
  return {{{1, 2}, file}, https({1, 1}, sites::skype, kControl)};
}

Activities voipbuster() {
  const auto call = [](Scene& scene, Time start) {
    sip_call(scene, start, sites::voipbuster, {300'000, 700'000});
  };
  return {{{3, 4}, call}};
}

Activities netflix() {
  const HttpFlow movie = {.requests = {1, 3}, .body = {10'000, 50'000}, .path = "/range/"};
  return {http({2, 3}, sites::netflix, movie), https({2, 3}, sites::netflix, kVideo),
          https({2, 3}, sites::netflix_control, kControl)};
}

Activities spotify() {
  const auto access_point = [](Scene& scene, Time start) {
    spotify_flow(scene, start, sites::spotify, {8'000, 45'000});
  };
  const HttpFlow head = {
      .requests = {1, 2}, .body = {5'000, 50'000}, .path = "/head/", .content_type = "audio/ogg"};
  return {{{2, 3}, access_point},
          https({2, 3}, sites::spotify_content, kMusic),
          http({1, 2}, sites::spotify_content, head)};
}

Activities vimeo() { return {https({3, 5}, sites::vimeo, kVideo), https({2, 3}, sites::vimeo, kPage)}; }

Activities youtube() {
  return {quic({1, 2}, sites::youtube, kVideo), https({1, 2}, sites::youtube, kVideo),
          https({1, 1}, sites::youtube, kPage)};
}

Activities torrent(std::uint32_t swarm) {
  const auto tracker = [](Scene& scene, Time start) { tracker_flow(scene, start, sites::tracker); };
  const auto dht = [](Scene& scene, Time start) { dht_flow(scene, start, sites::torrent_peers, {2, 6}); };
  const auto peer = [](Scene& scene, Time start) { peer_flow(scene, start, sites::torrent_peers, {1, 3}); };
  const auto utp = [](Scene& scene, Time start) { utp_flow(scene, start, sites::torrent_peers, {1, 3}); };
  return {
      {{1, 2}, tracker}, {{swarm, swarm + 3}, dht}, {{swarm, swarm + 3}, peer}, {{swarm, swarm + 3}, utp}};
}

Activities copies(SshProgram program, Side from) { return {ssh({2, 2}, {program, from, {8'000, 40'000}})}; }

}  // namespace

std::vector<CaptureSet> capture_sets() {
  const Range file = {15'000, 70'000};
  return {
      {"aim_chat_3a aim_chat_3b aimchat1 aimchat2", aim_chat()},
      {"email1a email1b email2a email2b", email()},
      {"facebook_audio1a facebook_audio1b facebook_audio2a facebook_audio2b facebook_audio3 facebook_audio4",
       facebook_call(Medium::audio)},
      {"facebook_video1a facebook_video1b facebook_video2a facebook_video2b", facebook_call(Medium::video)},
      {"facebook_chat_4a facebook_chat_4b facebookchat1 facebookchat2 facebookchat3", facebook_chat()},
      {"ftps_down_1a ftps_down_1b", {ftps({4, 5}, Side::server, file)}},
      {"ftps_up_2a ftps_up_2b", {ftps({4, 5}, Side::client, file)}},
      {"gmailchat1 gmailchat2 gmailchat3", gmail_chat()},
      {"hangout_chat_4b hangouts_chat_4a", hangouts_chat()},
      {"hangouts_audio1a hangouts_audio1b hangouts_audio2a hangouts_audio2b hangouts_audio3 hangouts_audio4",
       hangouts_call(Medium::audio)},
      {"hangouts_video1b hangouts_video2a hangouts_video2b", hangouts_call(Medium::video)},
      {"icq_chat_3a icq_chat_3b icqchat1 icqchat2", icq_chat()},
      {"netflix1 netflix2 netflix3 netflix4", netflix()},
      {"scpdown1 scpdown2 scpdown3 scpdown4 scpdown5 scpdown6", copies(SshProgram::scp, Side::server)},
      {"scp1 scpup1 scpup2 scpup3 scpup5 scpup6", copies(SshProgram::scp, Side::client)},
      {"sftp_down_3a sftp_down_3b sftpdown1 sftpdown2", copies(SshProgram::sftp, Side::server)},
      {"sftp1 sftp_up_2a sftp_up_2b sftpup1", copies(SshProgram::sftp, Side::client)},
      {"skype_audio1a skype_audio1b skype_audio2a skype_audio2b skype_audio3 skype_audio4",
       skype_calls(Medium::audio)},
      {"skype_video1a skype_video1b skype_video2a skype_video2b", skype_calls(Medium::video)},
      {"skype_chat1a skype_chat1b", skype_chat()},
      {"skype_file1 skype_file2 skype_file3 skype_file4 skype_file5 skype_file6 skype_file7 skype_file8",
       skype_files()},
      {"spotify1 spotify2 spotify3 spotify4", spotify()},
      {"torrent01", torrent(14)},
      {"torfacebook", {tor({3, 4}, kWebMessages)}},
      {"torgoogle tortwitter", {tor({3, 4}, kPage)}},
      {"torvimeo1 torvimeo2 torvimeo3 toryoutube1 toryoutube2 toryoutube3", {tor({2, 2}, kMusic)}},
      {"voipbuster1b voipbuster2b voipbuster3b voipbuster_4a voipbuster_4b", voipbuster()},
      {"vimeo1 vimeo2 vimeo3 vimeo4", vimeo()},
      {"youtube1 youtube2 youtube3 youtube4 youtube5 youtube6 youtubehtml5_1", youtube()},

      {"vpn_aim_chat1a vpn_aim_chat1b", aim_chat()},
      {"vpn_facebook_chat1a vpn_facebook_chat1b", facebook_chat()},
      {"vpn_hangouts_chat1a vpn_hangouts_chat1b", hangouts_chat()},
      {"vpn_icq_chat1a vpn_icq_chat1b", icq_chat()},
      {"vpn_skype_chat1a vpn_skype_chat1b", skype_chat()},
      {"vpn_ftps_a vpn_ftps_b", {ftps({3, 3}, Side::client, file)}},
      {"vpn_sftp_a vpn_sftp_b", copies(SshProgram::sftp, Side::server)},
      {"vpn_skype_files1a vpn_skype_files1b", skype_files()},
      {"vpn_email2a vpn_email2b", email()},
      {"vpn_netflix_a", netflix()},
      {"vpn_spotify_a", spotify()},
      {"vpn_vimeo_a vpn_vimeo_b", vimeo()},
      {"vpn_youtube_a", youtube()},
      {"vpn_bittorrent", torrent(6)},
      {"vpn_facebook_audio2", facebook_call(Medium::audio)},
      {"vpn_hangouts_audio1 vpn_hangouts_audio2", hangouts_call(Medium::audio)},
      {"vpn_skype_audio1 vpn_skype_audio2", skype_calls(Medium::audio)},
      {"vpn_voipbuster1a vpn_voipbuster1b", voipbuster()},
  };
}

}  // namespace traffic::synthetic
