#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/cpu/x86/philox.hpp"
#include "ebb/core/parallel.hpp"
#include "ebb/core/random.hpp"

namespace EBB_NAMESPACE::cpu {

/// Writes the words of `count` blocks from `first` on, and perhaps some more: there must be room for a
/// multiple of 16 blocks, aligned to 64 bytes.
using PhiloxKernel = void (*)(const Philox& random, std::uint64_t first, Index count, std::uint32_t* words);

inline void philox_portable(const Philox& random, std::uint64_t first, Index count, std::uint32_t* words) {
  for (Index i = 0; i < count; ++i, words += 4) {
    const auto block = random(first + static_cast<std::uint64_t>(i));
    std::copy(block.begin(), block.end(), words);
  }
}

/// The kernel of the instruction set in use, which changes no bit.
inline PhiloxKernel philox_kernel() {
#if defined(__x86_64__)
  if (isa() >= Isa::avx512) return x86::philox_avx512;
  if (isa() >= Isa::avx2) return x86::philox_avx2;
#endif
  return philox_portable;
}

struct Random {
  template <class T>
  static void random_uniform(T* y, Index n, Philox random) {
    for_each_run<T>(n, random, [=](Index first, Index count, const std::uint32_t* words) {
      vectorized(
          [=] { simd_for(count, [=](Index i) { y[first + i] = detail::uniform_from_block<T>(words, i); }); });
    });
  }

  template <class T>
  static void random_normal(T* y, Index n, Philox random) {
    for_each_run<T>(n, random, [=](Index first, Index count, const std::uint32_t* words) {
      for (Index i = 0; i < count; ++i) y[first + i] = detail::normal_from_block<T>(words, i);
    });
  }

  /// low + an integer in [0, count).
  template <class T>
  static void random_integers(T* y, Index n, T low, std::uint64_t count, Philox random) {
    parallel_for(n, 1 << 11, [=](Index first, Index last) {
      for (Index i = first; i < last; ++i) {
        const std::uint64_t drawn = detail::integer_below(random, static_cast<std::uint64_t>(i), count);
        y[i] = static_cast<T>(static_cast<std::uint64_t>(low) + drawn);
      }
    });
  }

  template <class T>
  static void dropout(const T* x, T* y, Index n, T p, Philox random) {
    const T scale = T(1) / (T(1) - p);
    for_each_run<T>(n, random, [=](Index first, Index count, const std::uint32_t* words) {
      vectorized([=] {
        // In two steps: g++ would make a branch of a product that only one side needs.
        simd_for(count, [=](Index i) { y[first + i] = x[first + i] * scale; });
        simd_for(count, [=](Index i) {
          y[first + i] = detail::uniform_from_block<T>(words, i) >= p ? y[first + i] : T(0);
        });
      });
    });
  }

 private:
  static constexpr Index blocks_per_run = 256;  // their words stay in the first-level cache

  // f(first, count, words): `words` are those of the blocks that give the numbers [first, first + count).
  template <class T, class F>
  static void for_each_run(Index n, Philox random, F f) {
    constexpr Index per_block = detail::numbers_per_block<T>;
    const auto draw = philox_kernel();
    parallel_for(blocks_of(n, per_block), 1 << 12, [=](Index first, Index last) {
      alignas(64) std::array<std::uint32_t, 4 * blocks_per_run> words;
      for (Index block = first; block < last; block += blocks_per_run) {
        const Index blocks = std::min(blocks_per_run, last - block), number = block * per_block;
        draw(random, static_cast<std::uint64_t>(block), blocks, words.data());
        f(number, std::min(blocks * per_block, n - number), words.data());
      }
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
