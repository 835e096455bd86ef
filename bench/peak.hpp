#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <vector>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

/// What one core of this processor can do at most, measured: nothing here depends on the library. Operations
/// per second count two per multiply-add. Whatever the processor lacks is 0.

namespace bench {
namespace detail {

// The best of several runs, because other programs only ever slow a run down.
template <class Work>
double best_rate(int runs, double amount, Work work) {
  double best = 0;
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, amount / seconds);
  }
  return best;
}

inline constexpr int peak_runs = 40, peak_steps = 100'000;
// Enough sums to hide the latency of a multiply-add behind the others, few enough for 16 registers.
inline constexpr int peak_sums = 12;

template <int Bytes>
struct Lanes {
  using Vector [[gnu::vector_size(Bytes)]] = float;
};

// Inlined into a function with a target attribute, which decides the instructions.
template <int Bytes>
[[gnu::always_inline]] inline void multiply_adds(float* data) {
  using Vector = typename Lanes<Bytes>::Vector;
  constexpr Vector zero{};
  constexpr int lanes = Bytes / static_cast<int>(sizeof(float));
  Vector sums[peak_sums];
#pragma GCC unroll 12
  for (int i = 0; i < peak_sums; ++i) sums[i] = zero + data[i];
  const Vector a = zero + data[0], b = zero + data[1];
  for (int step = 0; step < peak_steps; ++step) {
#pragma GCC unroll 12
    for (int i = 0; i < peak_sums; ++i) sums[i] = sums[i] * a + b;
  }
#pragma GCC unroll 12
  for (int i = 0; i < peak_sums; ++i) data[i] = sums[i][lanes - 1];
}

inline void multiply_adds_portable(float* data) { multiply_adds<16>(data); }

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] inline void multiply_adds_avx2(float* data) { multiply_adds<32>(data); }
[[gnu::target("avx512f,avx2,fma")]] inline void multiply_adds_avx512(float* data) { multiply_adds<64>(data); }

// In assembly, because compilers disagree about the types of the built-in function.
[[gnu::target("avx512f")]] inline void bf16_products() {
  using Vector = Lanes<64>::Vector;
  Vector sums[peak_sums]{}, a{}, b{};
  for (int step = 0; step < peak_steps; ++step) {
#pragma GCC unroll 12
    for (int i = 0; i < peak_sums; ++i) asm volatile("vdpbf16ps %1, %2, %0" : "+v"(sums[i]) : "v"(a), "v"(b));
  }
}

// Whether the operating system lets this process use the tile registers, asking it to.
inline bool may_use_tiles() {
#if defined(__linux__)
  constexpr long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned amx_bf16 = 1u << 22, amx_tile = 1u << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & amx_bf16) && (d & amx_tile) &&
         syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
  return false;
#endif
}

inline void tile_products() {
  struct alignas(64) {
    unsigned char palette = 1, first_row = 0, reserved[14]{};
    unsigned short row_bytes[16]{64, 64, 64, 64, 64, 64, 64, 64};
    unsigned char rows[16]{16, 16, 16, 16, 16, 16, 16, 16};
  } shape;
  static_assert(sizeof shape == 64);
  asm volatile(
      "ldtilecfg %0\n"
      "tilezero %%tmm0\n tilezero %%tmm1\n tilezero %%tmm2\n tilezero %%tmm3\n"
      "tilezero %%tmm4\n tilezero %%tmm5\n tilezero %%tmm6\n tilezero %%tmm7"
      :
      : "m"(shape));
  for (int step = 0; step < peak_steps; ++step) {
    asm volatile(
        "tdpbf16ps %tmm6, %tmm4, %tmm0\n tdpbf16ps %tmm7, %tmm4, %tmm1\n"
        "tdpbf16ps %tmm6, %tmm5, %tmm2\n tdpbf16ps %tmm7, %tmm5, %tmm3");
  }
  asm volatile("tilerelease");
}
#endif

}  // namespace detail

/// fp32 multiply-adds, with the widest vectors that the processor has.
inline double fma_peak() {
  static const double peak = [] {
    void (*run)(float*) = detail::multiply_adds_portable;
    double lanes = 4;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
      run = detail::multiply_adds_avx512;
      lanes = 16;
    } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
      run = detail::multiply_adds_avx2;
      lanes = 8;
    }
#endif
    float data[detail::peak_sums]{0.5f, 0.25f};
    return detail::best_rate(detail::peak_runs, 2.0 * lanes * detail::peak_sums * detail::peak_steps,
                             [&] { run(data); });
  }();
  return peak;
}

/// bf16 products added up in fp32, by vectors (AVX512_BF16).
inline double bf16_peak() {
#if defined(__x86_64__)
  static const double peak = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned avx512_bf16 = 1u << 5;
    if (!__builtin_cpu_supports("avx512f") || !__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & avx512_bf16))
      return 0.0;
    return detail::best_rate(detail::peak_runs, 4.0 * 16 * detail::peak_sums * detail::peak_steps,
                             detail::bf16_products);
  }();
  return peak;
#else
  return 0;
#endif
}

/// bf16 products added up in fp32, by tiles (AMX).
inline double tile_peak() {
#if defined(__x86_64__)
  static const double peak =
      detail::may_use_tiles()
          ? detail::best_rate(detail::peak_runs, 4 * (2.0 * 16 * 16 * 32) * detail::peak_steps,
                              detail::tile_products)
          : 0.0;
  return peak;
#else
  return 0;
#endif
}

/// Bytes per second that one core moves in a copy between blocks too large for the caches, those read and
/// those written both counted.
inline double copy_bandwidth() {
  static const double bandwidth = [] {
    constexpr std::size_t bytes = 128u << 20;
    const std::vector<char> from(bytes, 1);
    std::vector<char> to(bytes);
    return detail::best_rate(5, 2.0 * bytes, [&] {
      std::memcpy(to.data(), from.data(), bytes);
      asm volatile("" : : "r"(to.data()) : "memory");
    });
  }();
  return bandwidth;
}

}  // namespace bench
