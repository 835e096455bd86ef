#pragma once

#include "traffic/synthetic/rhythm.hpp"
#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// OSCAR (port 5190), the protocol of AIM and ICQ, in the clear: sign-on, messages, keep-alives.
void oscar_flow(Scene& scene, Time start, const Site& site, Range messages);

/// XMPP (port 5222): stream header and STARTTLS, then stanzas within TLS.
void xmpp_flow(Scene& scene, Time start, const Site& site, const Rhythm& rhythm);

}  // namespace traffic::synthetic
