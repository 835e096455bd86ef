#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace traffic {

/// How many packets each class keeps so that none has more than `max_ratio` times those of the smallest.
std::vector<std::uint64_t> undersampled(std::span<const std::uint64_t> class_sizes, double max_ratio);

/// Picks exactly `wanted` of `total` items that come one after the other, every subset being equally likely
/// (selection sampling: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
class Selector {
 public:
  Selector(std::uint64_t seed, std::uint64_t total, std::uint64_t wanted)
      : seed_(seed), remaining_(total), wanted_(wanted) {}

  /// Whether the next item is picked.
  bool next();

 private:
  std::uint64_t seed_;
  std::uint64_t remaining_;
  std::uint64_t wanted_;
};

}  // namespace traffic
