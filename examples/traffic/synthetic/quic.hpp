#pragma once

#include "traffic/synthetic/rhythm.hpp"
#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// Google's QUIC (version Q035, port 443): its hello messages in the clear, then sealed datagrams.
void quic_flow(Scene& scene, Time start, const Site& site, const Rhythm& rhythm);

}  // namespace traffic::synthetic
