#pragma once

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic::sites {

inline const Site aim = {.names = {"slogin.oscar.aol.com", "bos-m021a.blue.aol.com", "api.oscar.aol.com"},
                         .ttl = 49,
                         .rtt = {25'000, 90'000},
                         .ids = IpIds::per_flow,
                         .syn_window = 5792,
                         .window_scale = 2,
                         .tls = {.cipher = TlsCipher::aes_cbc, .largest_record = 4096}};

inline const Site icq = {.names = {"login.icq.com", "bos.icq.com", "api.icq.net"},
                         .ttl = 47,
                         .rtt = {90'000, 180'000},
                         .ids = IpIds::per_flow,
                         .syn_window = 14480,
                         .tls = {.cipher = TlsCipher::aes_cbc, .largest_record = 4096}};

inline const Site facebook = {.names = {"www.facebook.com", "edge-chat.facebook.com", "graph.facebook.com"},
                              .ttl = 86,
                              .rtt = {9'000, 50'000},
                              .mss = 1410,
                              .syn_window = 14100,
                              .window_scale = 8,
                              .tls = {.largest_record = 1400, .http2 = true}};

inline const Site facebook_content = {.names = {"scontent-lga.xx.fbcdn.net", "fbstatic-a.akamaihd.net"},
                                      .ttl = 57,
                                      .tls = {.largest_record = 8192, .http2 = true}};

inline const Site google = {
    .names = {"mail.google.com", "www.google.com", "ssl.gstatic.com", "apis.google.com"},
    .ttl = 56,
    .rtt = {7'000, 40'000},
    .mss = 1430,
    .syn_window = 42540,
    .tls = {.largest_record = 1345, .http2 = true}};

inline const Site gmail_chat = {
    .names = {"mail.google.com", "chatenabled.mail.google.com", "talk.google.com"},
    .ttl = 56,
    .rtt = {7'000, 40'000},
    .mss = 1430,
    .syn_window = 42540,
    .tls = {.largest_record = 1345, .http2 = true}};

inline const Site hangouts = {
    .names = {"0.client-channel.google.com", "hangouts.google.com", "clients6.google.com"},
    .ttl = 55,
    .rtt = {7'000, 40'000},
    .mss = 1430,
    .syn_window = 42540,
    .tls = {.cipher = TlsCipher::chacha, .largest_record = 1345, .http2 = true}};

inline const Site youtube = {.names = {"r3---sn-ab5l6nez.googlevideo.com", "r7---sn-ab5l6nzk.googlevideo.com",
                                       "www.youtube.com", "i.ytimg.com"},
                             .ttl = 58,
                             .rtt = {5'000, 30'000},
                             .mss = 1430,
                             .syn_window = 42540,
                             .tls = {.cipher = TlsCipher::chacha, .largest_record = 4096, .http2 = true}};

inline const Site skype = {
    .names = {"a.config.skype.com", "client-s.gateway.messenger.live.com", "api.skype.com"},
    .ttl = 114,
    .rtt = {20'000, 90'000},
    .ids = IpIds::per_host,
    .system = System::windows,
    .mss = 1440,
    .syn_window = 8192,
    .window_scale = 8,
    .timestamps = false,
    .tls = {.cipher = TlsCipher::aes_cbc}};

/// Relays and other people's machines.
inline const Site skype_peers = {.names = {"peer-a.example", "peer-b.example", "peer-c.example"},
                                 .ttl = 113,
                                 .rtt = {15'000, 140'000},
                                 .ids = IpIds::per_host,
                                 .system = System::windows};

inline const Site netflix = {
    .names = {"ipv4_1-cxl0-c124.nflxvideo.net", "ipv4_1-lagg0-c031.nflxvideo.net"},
    .ttl = 60,
    .rtt = {5'000, 25'000},
    .ids = IpIds::per_flow,
    .system = System::mac,  // the appliances run FreeBSD, whose options are in the same order
    .syn_window = 65535,
    .window_scale = 6,
    .tls = {.largest_record = 16384}};

inline const Site netflix_control = {
    .names = {"www.netflix.com", "api-global.netflix.com", "cbp-us.nccp.netflix.com"},
    .ttl = 46,
    .rtt = {15'000, 90'000},
    .syn_window = 17898,
    .tls = {.cipher = TlsCipher::aes_cbc, .largest_record = 8192}};

inline const Site spotify = {
    .names = {"ash2-accesspoint-a12.ap.spotify.com", "lon3-accesspoint-a57.ap.spotify.com"},
    .ttl = 51,
    .rtt = {20'000, 110'000},
    .syn_window = 14480};

inline const Site spotify_content = {
    .names = {"audio-fa.spotify.com", "heads-fa.spotify.com", "d318.cloudfront.net"},
    .ttl = 53,
    .syn_window = 14480,
    .tls = {.largest_record = 16384}};

inline const Site vimeo = {
    .names = {"player.vimeo.com", "pdl.vimeocdn.com", "avvimeo-a.akamaihd.net", "i.vimeocdn.com"},
    .ttl = 57,
    .tls = {.largest_record = 16384}};

inline const Site mail = {.names = {"smtp.mail.example", "imap.mail.example", "mx.campus.example"},
                          .ttl = 48,
                          .rtt = {10'000, 80'000},
                          .ids = IpIds::per_flow,
                          .syn_window = 14480,
                          .tls = {.largest_record = 8192, .resumed_percent = 10}};

inline const Site file_server = {.names = {"files.campus.example", "backup.campus.example"},
                                 .ttl = 62,
                                 .rtt = {700, 18'000},
                                 .ids = IpIds::per_flow,
                                 .tls = {.largest_record = 16384}};

inline const Site voipbuster = {.names = {"sip.voipbuster.com", "sip1.voipbuster.com"},
                                .ttl = 50,
                                .rtt = {60'000, 120'000},
                                .ids = IpIds::per_flow};

inline const Site tracker = {
    .names = {"tracker.ubuntu.example", "tracker.openbt.example"}, .ttl = 45, .rtt = {30'000, 150'000}};

inline const Site torrent_peers = {
    .names = {"swarm-1.example", "swarm-2.example", "swarm-3.example", "swarm-4.example", "swarm-5.example",
              "swarm-6.example", "swarm-7.example", "swarm-8.example"},
    .ttl = 112,
    .rtt = {30'000, 260'000},
    .ids = IpIds::per_host,
    .system = System::windows,
    .mss = 1452,
    .syn_window = 8192,
    .window_scale = 8,
    .timestamps = false};

inline const Site tor_relays = {.names = {"guard-1.example", "guard-2.example", "guard-3.example"},
                                .ttl = 49,
                                .rtt = {20'000, 140'000},
                                .ids = IpIds::per_flow,
                                .tls = {.largest_record = 514, .resumed_percent = 0}};

inline const Site vpn = {.names = {"us-east.vpn.example", "eu-west.vpn.example", "ca.vpn.example"},
                         .ttl = 50,
                         .rtt = {15'000, 110'000},
                         .ids = IpIds::per_flow,
                         .tls = {.resumed_percent = 0, .intermediate = false}};

}  // namespace traffic::synthetic::sites
