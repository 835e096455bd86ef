#pragma once

#include <cstdint>

#include "ebb/core/random.hpp"

#if defined(__x86_64__)

/// Philox for several blocks at once. The four words of a block stay side by side, the order in which they
/// leave: a multiplication of the even words of a vector then does both products of all its blocks, and the
/// rest of a round is a shuffle and two exclusive ors.

namespace EBB_NAMESPACE::cpu::x86 {

// All of it is inlined: vectors cross no call.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpsabi"

// Declared first: g++ knows a builtin only after a function that may use it.
[[gnu::target("avx512f,avx2,fma")]] void philox_avx512(const Philox& random, std::uint64_t first, Index count,
                                                       std::uint32_t* words);
[[gnu::target("avx2,fma")]] void philox_avx2(const Philox& random, std::uint64_t first, Index count,
                                             std::uint32_t* words);

// What has no operator: the 64-bit products of the even words (g++ makes three multiplications of the
// operators), and the words of each block in reverse order.
template <int bytes>
struct PhiloxWords;

template <>
struct PhiloxWords<32> {
  using Pairs [[gnu::vector_size(32), gnu::may_alias]] = std::uint64_t;
  using Words [[gnu::vector_size(32)]] = int;

  [[gnu::always_inline]] static inline void multiply_even(Pairs& a, const Pairs& b) {
#if defined(__clang__)
    a = (a & 0xffffffffu) * b;
#else
    a = reinterpret_cast<Pairs>(
        __builtin_ia32_pmuludq256(reinterpret_cast<Words>(a), reinterpret_cast<Words>(b)));
#endif
  }
  [[gnu::always_inline]] static inline void reverse(Pairs& a) {
    const Words words = reinterpret_cast<Words>(a);
    a = reinterpret_cast<Pairs>(__builtin_shufflevector(words, words, 3, 2, 1, 0, 7, 6, 5, 4));
  }
};

template <>
struct PhiloxWords<64> {
  using Pairs [[gnu::vector_size(64), gnu::may_alias]] = std::uint64_t;
  using Words [[gnu::vector_size(64)]] = int;

  [[gnu::always_inline]] static inline void multiply_even(Pairs& a, const Pairs& b) {
#if defined(__clang__)
    a = (a & 0xffffffffu) * b;
#else
    using Products [[gnu::vector_size(64)]] = long long;
    a = reinterpret_cast<Pairs>(__builtin_ia32_pmuludq512_mask(reinterpret_cast<Words>(a),
                                                               reinterpret_cast<Words>(b), Products{}, 0xff));
#endif
  }
  [[gnu::always_inline]] static inline void reverse(Pairs& a) {
    const Words words = reinterpret_cast<Words>(a);
    a = reinterpret_cast<Pairs>(
        __builtin_shufflevector(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
  }
};

// A PhiloxKernel, see random.hpp.
template <int bytes>
[[gnu::always_inline]] inline void philox_words(const Philox& random, std::uint64_t first, Index count,
                                                std::uint32_t* words) {
  using P = PhiloxWords<bytes>;
  using Pairs = typename P::Pairs;
  constexpr int lanes = bytes / 8, rounds = 10, group = 4;  // four vectors hide the latency of a round
  Pairs counter, step, multipliers, keys[rounds];
  for (int lane = 0; lane < lanes; lane += 2) {
    counter[lane] = first + static_cast<std::uint64_t>(lane / 2);
    counter[lane + 1] = random.stream;
    step[lane] = lanes / 2;
    step[lane + 1] = 0;
    multipliers[lane] = Philox::multiplier0;
    multipliers[lane + 1] = Philox::multiplier1;
    for (std::uint32_t round = 0; round < rounds; ++round) {
      keys[round][lane] = static_cast<std::uint32_t>(random.seed) + round * Philox::weyl0;
      keys[round][lane + 1] = static_cast<std::uint32_t>(random.seed >> 32) + round * Philox::weyl1;
    }
  }
  for (Index block = 0; block < count; block += group * lanes / 2) {
    Pairs state[group];
#pragma GCC unroll 4
    for (int v = 0; v < group; ++v, counter += step) state[v] = counter;
    for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 4
      for (int v = 0; v < group; ++v) {
        const Pairs rest = (state[v] >> 32) ^ keys[round];
        P::multiply_even(state[v], multipliers);
        P::reverse(state[v]);
        state[v] ^= rest;
      }
    }
#pragma GCC unroll 4
    for (int v = 0; v < group; ++v) *reinterpret_cast<Pairs*>(words + 4 * block + v * lanes * 2) = state[v];
  }
}

[[gnu::target("avx512f,avx2,fma")]] inline void philox_avx512(const Philox& random, std::uint64_t first,
                                                              Index count, std::uint32_t* words) {
  philox_words<64>(random, first, count, words);
}

[[gnu::target("avx2,fma")]] inline void philox_avx2(const Philox& random, std::uint64_t first, Index count,
                                                    std::uint32_t* words) {
  philox_words<32>(random, first, count, words);
}

#pragma GCC diagnostic pop

}  // namespace EBB_NAMESPACE::cpu::x86

#endif
