#pragma once

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// Spotify's access point (port 4070): key exchange, then sealed packets that carry commands and music.
void spotify_flow(Scene& scene, Time start, const Site& site, Range music);

}  // namespace traffic::synthetic
