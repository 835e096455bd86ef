#pragma once

#include "traffic/synthetic/rhythm.hpp"
#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// Tor's link to its first relay: TLS with a throw-away name, in which all data travels in cells of 514
/// bytes.
void tor_flow(Scene& scene, Time start, const Site& relays, const Rhythm& rhythm);

}  // namespace traffic::synthetic
