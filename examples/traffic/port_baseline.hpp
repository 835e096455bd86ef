#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
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
  PortBaseline(const PacketDataset& data, int fold = 0);

  struct Prediction {
    std::vector<std::uint16_t> labels;  ///< one per packet asked for
    double unseen_share = 0;            ///< of the packets, those whose key was not seen
  };
  [[nodiscard]] Prediction predict(const PacketDataset& data, std::span<const std::uint32_t> packets) const;

  [[nodiscard]] std::uint16_t largest_class() const { return largest_; }
  [[nodiscard]] std::size_t keys() const { return label_of_key_.size(); }

 private:
  std::uint16_t largest_ = 0;
  std::unordered_map<std::uint64_t, std::uint16_t> label_of_key_;
};

}  // namespace traffic
