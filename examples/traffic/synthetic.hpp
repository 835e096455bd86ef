#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace traffic {

struct SyntheticOptions {
  std::uint64_t seed = 1;
  double scale = 1;  // conversations in every capture, as a multiple of the default
};

struct SyntheticCapture {
  std::string file;
  std::string application;    // empty where the application task has no class for it (VPN)
  std::string traffic_class;  // empty where the traffic task has none (Tor)
  std::size_t packets = 0;
};

/// Writes one capture for every name of ISCX VPN-nonVPN 2016 into `directory`, which is made where it is
/// missing: real protocol structure with random content, about 25,000 packets. The same options give the same
/// bytes. Throws std::runtime_error where a file cannot be written, std::invalid_argument for a scale that is
/// not in (0, 1000].
std::vector<SyntheticCapture> write_synthetic_captures(const std::filesystem::path& directory,
                                                       const SyntheticOptions& options = {});

}  // namespace traffic
