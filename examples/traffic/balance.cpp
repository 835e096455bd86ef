#include "traffic/balance.hpp"

#include <algorithm>

#include "traffic/hash.hpp"

namespace traffic {

std::vector<std::uint64_t> undersampled(std::span<const std::uint64_t> class_sizes, double max_ratio) {
  std::vector<std::uint64_t> kept(class_sizes.begin(), class_sizes.end());
  if (kept.empty()) return kept;
  const auto smallest = static_cast<double>(*std::min_element(kept.begin(), kept.end()));
  const auto most = static_cast<std::uint64_t>(smallest * max_ratio);
  for (std::uint64_t& size : kept) size = std::min(size, most);
  return kept;
}

bool Selector::next() {
  const double uniform = static_cast<double>(mix64(seed_, remaining_) >> 11) * 0x1p-53;
  const bool picked = uniform * static_cast<double>(remaining_) < static_cast<double>(wanted_);
  --remaining_;
  wanted_ -= picked;
  return picked;
}

}  // namespace traffic
