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
  std::size_t packets = 0;
};

/// Writes a capture for every name that ISCX VPN-nonVPN 2016 labels into `directory`, which is made where it
/// is missing: real protocol structure with random content, about 35,000 packets. The same options give the
/// same bytes. Throws ebb::Error "synth" where a file cannot be written and for a scale that is not in (0,
/// 1000], and Interrupted.
std::vector<SyntheticCapture> write_synthetic_captures(const std::filesystem::path& directory,
                                                       const SyntheticOptions& options = {});

}  // namespace traffic
