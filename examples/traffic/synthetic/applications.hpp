#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// Something an application does: so many conversations of one kind.
struct Activity {
  Range flows;
  std::function<void(Scene&, Time)> play;
};

/// Captures that show the same application doing the same things.
struct CaptureSet {
  std::string_view names;  // of the files, without extension, separated by blanks
  std::vector<Activity> activities;
};

/// The captures that ISCX VPN-nonVPN 2016 labels, by the names they have there; those that begin with vpn_ go
/// through a tunnel.
std::vector<CaptureSet> capture_sets();

}  // namespace traffic::synthetic
