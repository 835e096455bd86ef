#pragma once

#include <ebb/fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "traffic/packet_counts.hpp"

namespace deep_packet {

struct ClassificationReport {
  traffic::PacketCounts counts;
  double seconds = 0;
  std::vector<std::string> warnings;  ///< of a damaged capture, of an interrupted run
};

/// Classifies every kept packet of a capture with a run's model and writes lines of CSV: packet number,
/// class, probability. Packets are made as those the model was trained on, with the same masks. In constant
/// memory. Throws ebb::Error "classify" as soon as the lines cannot be written.
ClassificationReport classify(const std::filesystem::path& run_folder, const std::filesystem::path& capture,
                              std::ostream& out, ebb::Index batch = 128);

}  // namespace deep_packet
