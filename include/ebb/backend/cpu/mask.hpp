#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <vector>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/core/choose.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Choices by a mask. What is chosen moves by blocks, each of which knows how many were chosen before it.
struct Mask {
  template <class T>
  static void select(const bool* mask, const T* a, const T* b, T* y, Index n) {
    parallel_for(n, grain, [=](Index first, Index last) {
      simd_for(last - first, [=, mask = mask + first, a = a + first, b = b + first, y = y + first](
                                 Index i) mutable { y[i] = detail::choose(mask[i], a[i], b[i]); });
    });
  }

  static Index count_true(const bool* mask, Index n) { return counts_before(mask, n).back(); }

  template <class T>
  static void compress(const bool* mask, const T* x, T* y, Index n) {
    const std::vector<Index> before = counts_before(mask, n);
    parallel_for(n, grain, [&](Index first, Index last) {
      T* to = y + before[static_cast<std::size_t>(first / grain)];
      // Without a branch everything is written and what was not chosen is overwritten: in a buffer, because
      // behind the block's own place others write.
      std::array<T, 256> kept;
      for (Index from = first; from < last; from += std::ssize(kept)) {
        std::size_t count = 0;
        for (Index i = from; i < std::min(last, from + std::ssize(kept)); ++i) {
          kept[count] = x[i];
          count += mask[i];
        }
        to = std::copy_n(kept.begin(), count, to);
      }
    });
  }

  template <class T>
  static void expand(const bool* mask, const T* x, T* y, Index n) {
    const std::vector<Index> before = counts_before(mask, n);
    parallel_for(n, grain, [&](Index first, Index last) {
      const T* from = x + before[static_cast<std::size_t>(first / grain)];
      for (Index i = first; i < last; ++i) y[i] = mask[i] ? *from++ : T(0);
    });
  }

 private:
  static constexpr Index grain = 1 << 14;

  // Per block of `grain`, how many are true in front of it; at the end, how many there are.
  static std::vector<Index> counts_before(const bool* mask, Index n) {
    std::vector<Index> counts(static_cast<std::size_t>(blocks_of(n, grain)) + 1);
    parallel_for(n, grain, [&](Index first, Index last) {
      counts[static_cast<std::size_t>(first / grain) + 1] = std::count(mask + first, mask + last, true);
    });
    std::partial_sum(counts.begin(), counts.end(), counts.begin());
    return counts;
  }
};

}  // namespace EBB_NAMESPACE::cpu
