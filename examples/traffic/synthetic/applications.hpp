#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "scene.hpp"

namespace traffic::synthetic {

/// Something an application does: so many conversations of one kind.
struct Activity {
  Range flows;
  std::function<void(Scene&, Time)> play;
};

/// Captures that show the same application doing the same things.
struct CaptureSet {
  std::string_view names;          // of the files, without extension, separated by blanks
  std::string_view application;    // empty for the VPN captures
  std::string_view traffic_class;  // empty for Tor
  bool vpn = false;
  std::vector<Activity> activities;
};

/// All captures of ISCX VPN-nonVPN 2016, by the names they have there.
std::vector<CaptureSet> capture_sets();

}  // namespace traffic::synthetic
