#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <vector>

#include "traffic/dataset.hpp"

namespace traffic {

/// The cheapest classifier there is, to compare others with: looks up the pair of ports.
///
/// The key is source port, destination port and protocol, in this direction; its class is the one most often
/// seen with it in the balanced training part. A key that was not seen, or whose first place is shared, gets
/// the class that is largest before balancing.
class PortBaseline {
 public:
  explicit PortBaseline(const PacketDataset& data, int fold = 0);

  /// Reads what write() wrote. Throws ebb::Error "json" with the file and what was expected, labels below
  /// `classes` among it.
  PortBaseline(const std::filesystem::path& file, std::size_t classes);
  void write(const std::filesystem::path& file) const;

  struct Prediction {
    std::vector<std::uint16_t> labels;  ///< one per packet asked for
    double unseen_share = 0;            ///< of the packets, those whose key was not seen
  };
  [[nodiscard]] Prediction predict(const PacketDataset& data, std::span<const std::uint32_t> packets) const;

  [[nodiscard]] std::uint16_t largest_class() const { return largest_; }
  [[nodiscard]] std::size_t keys() const { return label_of_key_.size(); }

 private:
  std::uint16_t largest_ = 0;
  std::map<std::uint64_t, std::uint16_t> label_of_key_;
};

}  // namespace traffic
