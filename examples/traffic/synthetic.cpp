#include "synthetic.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "synthetic/applications.hpp"
#include "synthetic/background.hpp"
#include "synthetic/openvpn.hpp"
#include "synthetic/sites.hpp"

namespace traffic {
namespace {

using namespace synthetic;

constexpr Time kFirstDay = seconds(1'427'846'400);  // 1 April 2015
constexpr std::uint32_t kEthernetMtu = 1'500;

std::uint32_t scaled(std::uint32_t count, double scale) {
  return std::max(1U, static_cast<std::uint32_t>(static_cast<double>(count) * scale + 0.5));
}

/// All conversations of `activities`, begun at random within a time that leaves them room to overlap a
/// little.
void play_activities(Scene& scene, const std::vector<Activity>& activities, Time start, double scale) {
  Random& random = scene.random;
  std::vector<const Activity*> flows;
  for (const Activity& activity : activities) {
    flows.insert(flows.end(), scaled(random.between(activity.flows), scale), &activity);
  }
  const Time duration = seconds(4) * flows.size();
  for (const Activity* flow : flows) {
    flow->play(scene, start + random.below(static_cast<std::uint32_t>(duration)));
  }
  background_flows(scene, start, duration);
}

/// The same conversations inside a VPN: every reconnection is a session with a machine's share of them.
void play_tunnelled(Scene& scene, const std::vector<Activity>& activities, Time start, double scale) {
  const std::uint32_t sessions = scaled(scene.random.between({3, 4}), scale);
  constexpr double kShare = 0.4;
  for (std::uint32_t i = 0; i < sessions; ++i) {
    Scene inner(scene.random.fork("session " + std::to_string(i)), kTunnelMtu);
    play_activities(inner, activities, start + seconds(600) * i, kShare);
    openvpn_tunnel(scene, sites::vpn, inner.capture.finish());
  }
}

}  // namespace

std::vector<SyntheticCapture> write_synthetic_captures(const std::filesystem::path& directory,
                                                       const SyntheticOptions& options) {
  if (!(options.scale > 0 && options.scale <= 1000)) {
    throw std::invalid_argument("[synth] the scale must be above 0 and at most 1000, it is " +
                                std::to_string(options.scale));
  }
  std::filesystem::create_directories(directory);
  std::vector<SyntheticCapture> result;
  Time start = kFirstDay;
  for (const CaptureSet& set : capture_sets()) {
    std::istringstream names{std::string(set.names)};
    for (std::string name; names >> name; start += seconds(7'200)) {
      Random random = Random(options.seed).fork(name);
      Scene scene(random.fork("scene"), kEthernetMtu);
      if (set.vpn) {
        play_tunnelled(scene, set.activities, start, options.scale);
      } else {
        play_activities(scene, set.activities, start, options.scale);
      }
      const std::vector<Packet> packets = scene.capture.finish();
      const std::string file = name + ".pcap";
      write_capture(directory / file, packets, random.fork("machines"));
      result.push_back({file, std::string(set.application), std::string(set.traffic_class), packets.size()});
    }
  }
  return result;
}

}  // namespace traffic
