#pragma once

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

/// What a machine says while an application runs: mDNS, LLMNR, NetBIOS names, SSDP, and connections of
/// the browser and the system to hosts of their own. It carries the label of its capture like everything
/// else.
void background_flows(Scene& scene, Time start, std::uint32_t duration);

}  // namespace traffic::synthetic
