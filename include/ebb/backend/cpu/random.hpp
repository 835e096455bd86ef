#pragma once

#include <algorithm>

#include "ebb/core/parallel.hpp"
#include "ebb/core/random.hpp"

namespace EBB_NAMESPACE::cpu {

struct Random {
  template <class T>
  static void random_uniform(T* y, Index n, Philox random) {
    for_each_number<T>(n, random, [&](Index i, const auto& words, int k) {
      y[i] = detail::uniform_from_block<T>(words, k);
    });
  }

  template <class T>
  static void random_normal(T* y, Index n, Philox random) {
    for_each_number<T>(
        n, random, [&](Index i, const auto& words, int k) { y[i] = detail::normal_from_block<T>(words, k); });
  }

  template <class T>
  static void dropout(const T* x, T* y, Index n, T p, Philox random) {
    const T scale = T(1) / (T(1) - p);
    for_each_number<T>(n, random, [&](Index i, const auto& words, int k) {
      y[i] = detail::uniform_from_block<T>(words, k) >= p ? x[i] * scale : T(0);
    });
  }

 private:
  // f(i, words, k): number k of the block `words` is number i of the stream.
  template <class T, class F>
  static void for_each_number(Index n, Philox random, F f) {
    constexpr Index per_block = detail::numbers_per_block<T>;
    parallel_for((n + per_block - 1) / per_block, 1 << 12, [&](Index first, Index last) {
      for (Index block = first; block < last; ++block) {
        const auto words = random(static_cast<std::uint64_t>(block));
        const Index here = std::min(per_block, n - block * per_block);
        for (Index k = 0; k < here; ++k) f(block * per_block + k, words, static_cast<int>(k));
      }
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
