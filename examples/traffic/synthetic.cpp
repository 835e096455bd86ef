#include "traffic/synthetic.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <system_error>

#include "traffic/interruption.hpp"
#include "traffic/synthetic/applications.hpp"
#include "traffic/synthetic/background.hpp"
#include "traffic/synthetic/openvpn.hpp"
#include "traffic/synthetic/sites.hpp"

namespace traffic {
namespace synthetic {
namespace {

constexpr Time kFirstDay = seconds(1'427'846'400);  // 1 April 2015
constexpr std::uint32_t kEthernetMtu = 1'500;

std::uint32_t scaled(std::uint32_t count, double scale) {
  return std::max(1U, static_cast<std::uint32_t>(static_cast<double>(count) * scale + 0.5));
}

using Flows = std::vector<const Activity*>;

Flows choose_flows(Random& random, const std::vector<Activity>& activities, double scale) {
  Flows flows;
  for (const Activity& activity : activities) {
    flows.insert(flows.end(), scaled(random.between(activity.flows), scale), &activity);
  }
  return flows;
}

/// The conversations begin at random within a time that lets them overlap a little.
void play_flows(Scene& scene, const Flows& flows, Time start, bool background) {
  const auto duration = static_cast<std::uint32_t>(4 * flows.size());
  for (const Activity* flow : flows) flow->play(scene, sometime(scene.random, start, duration));
  if (background) background_flows(scene, start, duration);
}

/// The same conversations inside a VPN, one or two to a session: the client reconnects now and then.
void play_tunnelled(Scene& scene, const Flows& flows, Time start) {
  const std::size_t sessions = std::min(flows.size(), std::max<std::size_t>(3, 2 * flows.size() / 3));
  for (std::size_t i = 0; i < sessions; ++i) {
    Flows share;
    for (std::size_t flow = i; flow < flows.size(); flow += sessions) share.push_back(flows[flow]);
    Scene inner(scene.random.fork("session " + std::to_string(i)), kTunnelMtu);
    play_flows(inner, share, start + seconds(600) * i, i == 0);
    openvpn_tunnel(scene, sites::vpn, inner.capture.finish());
  }
}

/// The capture of that name, from a generator of its own.
std::size_t write(const std::filesystem::path& path, std::string_view name,
                  const std::vector<Activity>& activities, Time start, const SyntheticOptions& options) {
  const Random random = Random(options.seed).fork(name);
  Scene scene(random.fork("scene"), kEthernetMtu);
  const Flows flows = choose_flows(scene.random, activities, options.scale);
  if (name.starts_with("vpn_")) {
    play_tunnelled(scene, flows, start);
  } else {
    play_flows(scene, flows, start, true);
  }
  const std::vector<Packet> packets = scene.capture.finish();
  write_capture(path, packets, random.fork("machines"));
  return packets.size();
}

}  // namespace
}  // namespace synthetic

std::vector<SyntheticCapture> write_synthetic_captures(const std::filesystem::path& directory,
                                                       const SyntheticOptions& options) {
  if (!(options.scale > 0 && options.scale <= 1000)) {
    throw ebb::Error("synth",
                     "the scale must be above 0 and at most 1000, it is " + std::to_string(options.scale));
  }
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  if (problem) throw ebb::Error("synth", directory.string() + ": " + problem.message());
  std::vector<SyntheticCapture> result;
  const Interruption interruption;
  synthetic::Time start = synthetic::kFirstDay;
  for (const synthetic::CaptureSet& set : synthetic::capture_sets()) {
    std::istringstream names{std::string(set.names)};
    for (std::string name; names >> name; start += synthetic::seconds(7'200)) {
      if (Interruption::requested()) throw Interrupted("before " + name + ".pcap was synthesised");
      const std::string file = name + ".pcap";
      result.push_back({file, synthetic::write(directory / file, name, set.activities, start, options)});
    }
  }
  return result;
}

}  // namespace traffic
