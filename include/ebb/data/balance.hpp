#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "ebb/core/error.hpp"
#include "ebb/data/shuffle.hpp"

namespace EBB_NAMESPACE::data {

struct UndersampleOptions {
  double max_ratio = 10;  ///< of the largest class to the smallest
  std::uint64_t seed = 0;
};

/// Takes away samples at random until no class is larger than max_ratio times the smallest. `samples` are
/// numbers into `labels` (the training part of a split); those that stay are returned in ascending order.
/// Error [undersample] for a ratio below 1, or a sample that `labels` does not have.
///
///     const auto chosen = data::undersample(split.train, labels.span(), {.max_ratio = 10});
[[nodiscard]] inline std::vector<Index> undersample(const std::vector<Index>& samples,
                                                    std::span<const std::int32_t> labels,
                                                    const UndersampleOptions& options = {}) {
  ebb::detail::require(options.max_ratio >= 1, "undersample", "the ratio ", options.max_ratio,
                       " must be at least 1");
  std::map<std::int32_t, std::vector<Index>> classes;
  for (const Index sample : samples) {
    ebb::detail::require(sample >= 0 && sample < static_cast<Index>(labels.size()), "undersample",
                         "there is no sample ", sample, " among ", labels.size());
    classes[labels[static_cast<std::size_t>(sample)]].push_back(sample);
  }
  std::size_t smallest = samples.size();
  for (const auto& [label, members] : classes) smallest = std::min(smallest, members.size());
  const double limit = std::floor(options.max_ratio * static_cast<double>(smallest));
  Generator generator(options.seed);
  std::vector<Index> chosen;
  for (auto& [label, members] : classes) {
    shuffle(members, generator.next());
    if (static_cast<double>(members.size()) > limit) members.resize(static_cast<std::size_t>(limit));
    chosen.insert(chosen.end(), members.begin(), members.end());
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace EBB_NAMESPACE::data
