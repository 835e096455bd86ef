#pragma once

#include <vector>

#include "traffic/synthetic/udp.hpp"

namespace traffic::synthetic {

/// One direction of one medium of a call.
struct MediaStream {
  Side from = Side::client;
  std::uint8_t payload_type = 0;
  std::uint32_t period = 20'000;        // microseconds from frame to frame
  std::uint32_t ticks_per_frame = 160;  // of the RTP clock
  Range frame = {160, 160};             // bytes; a frame above the largest packet is cut
  std::uint32_t tag = 0;                // bytes of SRTP authentication
  bool send_times = false;              // the header extension abs-send-time
};

/// RTP packets (RFC 3550) of all `streams` side by side for `duration`, with sender reports on `control`,
/// which is `udp` itself where the two are multiplexed. A stream with a tag is SRTP, and its reports are
/// SRTCP.
void play_rtp(UdpConversation& udp, UdpConversation& control, const std::vector<MediaStream>& streams,
              Time duration);

/// Connectivity checks of ICE (RFC 8445): STUN binding requests and answers with user name, integrity and
/// fingerprint.
void play_stun(UdpConversation& udp, int checks);

}  // namespace traffic::synthetic
