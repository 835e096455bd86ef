#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "ebb/core/random.hpp"

namespace EBB_NAMESPACE::data {

/// Brings the elements into a random order that depends on the stream alone (Fisher and Yates).
template <class E>
void shuffle(std::vector<E>& elements, Philox random) {
  for (std::size_t i = elements.size(); i > 1; --i) {
    const auto words = random(i);
    const std::uint64_t wide = (static_cast<std::uint64_t>(words[0]) << 32) | words[1];
    std::swap(elements[i - 1], elements[static_cast<std::size_t>(wide % i)]);
  }
}

/// 0, 1, ..., count - 1.
inline std::vector<Index> all_samples(Index count) {
  std::vector<Index> samples(static_cast<std::size_t>(count));
  std::iota(samples.begin(), samples.end(), Index{0});
  return samples;
}

}  // namespace EBB_NAMESPACE::data
