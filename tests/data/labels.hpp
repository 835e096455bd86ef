#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ebb/data/shuffle.hpp"

namespace ebb::test {

/// 100 samples of label 0, 50 of label 7, 10 of label 3, mixed.
inline std::vector<std::int32_t> mixed_labels() {
  std::vector<std::int32_t> labels(100, 0);
  labels.insert(labels.end(), 50, 7);
  labels.insert(labels.end(), 10, 3);
  ebb::data::shuffle(labels, ebb::Philox{5, 0});
  return labels;
}

inline std::map<std::int32_t, Index> counts(const std::vector<Index>& samples,
                                            const std::vector<std::int32_t>& labels) {
  std::map<std::int32_t, Index> counts;
  for (const Index sample : samples) ++counts[labels[static_cast<std::size_t>(sample)]];
  return counts;
}

}  // namespace ebb::test
