#pragma once

#include "ebb/backend/cpu/isa.hpp"
#include "ebb/fwd.hpp"

/// Loops in vector instructions, out of a compiler that is told -O2 and no more.

namespace EBB_NAMESPACE::cpu {

namespace x86 {

#if defined(__x86_64__)
template <class Body>
[[gnu::target("avx2,fma"), gnu::flatten]] void run_avx2(const Body& body) {
  body();
}
// cold: compiled for size, and so in less time.
template <class Body>
[[gnu::cold, gnu::noinline]] void run_plain(const Body& body) {
  body();
}
#endif

}  // namespace x86

/// body(), compiled for AVX2 where the processor has it: all that it calls is inlined into a function for
/// that instruction set. Worth a second copy where a loop computes; one that only moves memory is fast enough
/// in SSE. AVX-512 would be a third one for little: what is left to wait for is memory.
///
/// Not to be nested, since all of the inner copies would end up in the outer ones.
template <class Body>
void vectorized(const Body& body) {
#if defined(__x86_64__)
  isa() >= Isa::avx2 ? x86::run_avx2(body) : x86::run_plain(body);
#else
  body();
#endif
}

/// The same for loops so short that both copies are worth being fast.
template <class Body>
[[gnu::always_inline]] inline void vectorized_everywhere(const Body& body) {
#if defined(__x86_64__)
  if (isa() >= Isa::avx2) return x86::run_avx2(body);
#endif
  body();
}

/// f(i, lane) for each i in [0, n), where lane = i % lanes: sums kept per lane are added up in an order that
/// no instruction set changes. Calls may run in any order; none may read what another one writes.
///
/// g++ -O2 vectorises a loop only where its count is a known multiple of the length of a vector and nothing
/// has to be checked when it runs; hence the blocks. `omp simd` would do without them, but it ends the
/// program where f throws.
template <Index lanes, class F>
[[gnu::always_inline]] inline void simd_lanes(Index n, F f) {
  Index i = 0;
  for (; i + lanes <= n; i += lanes) {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC ivdep
#pragma GCC unroll 8
#endif
    for (Index lane = 0; lane < lanes; ++lane) f(i + lane, lane);
  }
  for (Index lane = 0; i < n; ++i, ++lane) f(i, lane);
}

/// f(i) for each i in [0, n), under the same rules.
template <class F>
[[gnu::always_inline]] inline void simd_for(Index n, F f) {
  simd_lanes<16>(n, [&](Index i, Index) { f(i); });
}

}  // namespace EBB_NAMESPACE::cpu
