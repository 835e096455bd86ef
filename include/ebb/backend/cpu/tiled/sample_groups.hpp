#pragma once

#include <algorithm>
#include <functional>

#include "ebb/backend/cpu/memory.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu::tiled {

/// A sum over a batch, such as the gradient of weights, is made of sums over about this many samples: long
/// sums of floats round coarsely, and threads that add to the same sums pass them to and fro between their
/// caches.
inline constexpr Index group_samples = 16;

/// sums[i] = the sum over all groups of what sum_group(group, out) writes to out[i], in the order of the
/// groups.
template <class T>
void sum_over_groups(Index groups, Index size, T* sums,
                     const std::function<void(Index group, T* out)>& sum_group) {
  if (groups == 1) return sum_group(Index{0}, sums);
  // A thread per group; or one group at a time for all, where groups are few or their sums large.
  constexpr Index memory = (128 << 20) / sizeof(T);
  const Index wave = groups >= num_threads() && num_threads() * size <= memory ? num_threads() : 1;
  const Scratch<T> subtotals(wave * size);
  Memory::fill(sums, size, T(0));
  Memory::fill(subtotals.data(), wave * size, T(0));  // what pads rows is added, too
  for (Index begin = 0; begin < groups; begin += wave) {
    const Index count = std::min(wave, groups - begin);
    parallel_for(count, 1, [&](Index first, Index last) {
      for (Index i = first; i < last; ++i) sum_group(begin + i, subtotals.data() + i * size);
    });
    parallel_for(size, 1 << 14, [&](Index first, Index last) {
      for (Index group = 0; group < count; ++group) {
        const T* const from = subtotals.data() + group * size;
        for (Index i = first; i < last; ++i) sums[i] += from[i];
      }
    });
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
