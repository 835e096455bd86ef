#pragma once

#include <string_view>

#include "traffic/synthetic/rhythm.hpp"
#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

struct TlsFlow {
  std::uint16_t port = 443;
  Rhythm rhythm = {};
};

/// A whole TLS conversation: lookup, handshake, the rhythm, close.
void tls_flow(Scene& scene, Time start, const Site& site, const TlsFlow& flow);

struct HttpFlow {
  Range requests = {1, 3};
  Range body = {2'000, 60'000};
  std::string_view path = "/";
  std::string_view content_type = "application/octet-stream";
  Range pause = {50'000, 3'000'000};
};

/// HTTP/1.1 in the clear on port 80, persistent.
void http_flow(Scene& scene, Time start, const Site& site, const HttpFlow& flow);

}  // namespace traffic::synthetic
