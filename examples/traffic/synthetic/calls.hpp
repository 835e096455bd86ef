#pragma once

#include <vector>

#include "traffic/synthetic/media.hpp"
#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

enum class Medium : std::uint8_t { audio, video };

/// A call in the browser: ICE on `ports`, then SRTP of `streams` both ways, keep-alive checks at its end.
struct WebCall {
  Range ports = {19'305, 19'309};
  std::vector<MediaStream> streams;
  Range duration = {250'000, 600'000};  // microseconds
};
void web_call(Scene& scene, Time start, const Site& site, const WebCall& call);

/// SIP on port 5060 (REGISTER, INVITE with SDP, BYE) and RTP in the clear: G.711, GSM or G.729.
void sip_call(Scene& scene, Time start, const Site& site, Range duration);

/// Skype's obfuscated datagrams: two bytes of number, one of kind, and nothing else to see.
void skype_call(Scene& scene, Time start, const Site& site, Medium medium, Range duration);

/// A file in the same datagrams, acknowledged now and then.
void skype_file(Scene& scene, Time start, const Site& site, Side from, Range size);

}  // namespace traffic::synthetic
