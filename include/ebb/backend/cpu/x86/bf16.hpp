#pragma once

#include "ebb/backend/cpu/bf16/tiles.hpp"
#include "ebb/backend/cpu/bf16/vector.hpp"
#include "ebb/backend/cpu/isa.hpp"

/// The bfloat16 kernels in the instructions of x86. What has no operator is a line of assembly, since the
/// compilers' builtins differ. It needs to be inlined into functions for the instruction set, which happens
/// in no program that is compiled without optimisation; such a program has the portable kernels.

namespace EBB_NAMESPACE::cpu::x86 {

#if defined(__x86_64__) && defined(__OPTIMIZE__)

/// AVX512_BF16: a product of 16 pairs per instruction, and rounding of 32 numbers. Both take denormal numbers
/// for zero.
struct Bfloat16Ops : bf16::FloatOps<64> {
  [[gnu::always_inline]] static void dot(Floats& sum, const bf16::Pair& a, const Bits& b) {
    asm("vdpbf16ps %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(b), "m"(a));
  }

  [[gnu::always_inline]] static void interleave(const float* even, const float* odd, bf16::Pair* out) {
    using Words [[gnu::vector_size(64)]] = std::uint16_t;
    Floats low, high;
    std::memcpy(&low, even, sizeof low);
    std::memcpy(&high, odd, sizeof high);
    Words words;
    asm("vcvtne2ps2bf16 %1, %2, %0" : "=v"(words) : "v"(low), "v"(high));
    words = __builtin_shufflevector(words, words, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8,
                                    24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    std::memcpy(out, &words, sizeof words);
  }

  [[gnu::always_inline]] static void round_neighbours(const float* x, bf16::Pair* out) {
    Floats low, high;
    std::memcpy(&low, x, sizeof low);
    std::memcpy(&high, x + lanes, sizeof high);
    Bits pairs;
    asm("vcvtne2ps2bf16 %1, %2, %0" : "=v"(pairs) : "v"(low), "v"(high));
    std::memcpy(out, &pairs, sizeof pairs);
  }
};

/// The matrix tiles, registers tmm0 to tmm7.
struct AmxTiles {
  static void begin(Index depth) {
    const bf16::TileConfig config(depth);
    asm volatile("ldtilecfg %0" : : "m"(config));
  }
  static void end() { asm volatile("tilerelease"); }

  template <int T>
  [[gnu::always_inline]] static void zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(T));
  }
  template <int T>
  [[gnu::always_inline]] static void load(const void* from, Index row_bytes) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(row_bytes), "i"(T) : "memory");
  }
  template <int T>
  [[gnu::always_inline]] static void store(void* to, Index row_bytes) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(row_bytes), "i"(T) : "memory");
  }
  template <int C, int A, int B>
  [[gnu::always_inline]] static void dot() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B));
  }
};

struct Bf16Avx2 {
  using Ops = bf16::FloatOps<32>;
  template <class Body>
  [[gnu::target("avx2,fma"), gnu::flatten]] static void run(const Body& body) {
    body();
  }
};

struct Bf16Avx512 {
  using Ops = bf16::FloatOps<64>;
  template <class Body>
  [[gnu::target("avx512f,avx512bw,avx2,fma"), gnu::flatten]] static void run(const Body& body) {
    body();
  }
};

struct Bf16Avx512Bf16 {
  using Ops = Bfloat16Ops;
  template <class Body>
  [[gnu::target("avx512f,avx512bw,avx512bf16,avx2,fma"), gnu::flatten]] static void run(const Body& body) {
    body();
  }
};

#endif

/// The kernel of an instruction set that this processor has. A template, since the kernels take a second to
/// compile, which only programs that use one should wait for.
template <class = void>
const bf16::Kernel& bf16_kernel(Isa level) {
#if defined(__x86_64__) && defined(__OPTIMIZE__)
  static constexpr bf16::Kernel tiles =
      bf16::with_tiles<AmxTiles>(bf16::VectorKernel<Bf16Avx512Bf16>::functions);
  if (level == Isa::amx) return tiles;
  if (level == Isa::avx512_bf16) return bf16::VectorKernel<Bf16Avx512Bf16>::functions;
  if (level == Isa::avx512) return bf16::VectorKernel<Bf16Avx512>::functions;
  if (level == Isa::avx2) return bf16::VectorKernel<Bf16Avx2>::functions;
#endif
  static_cast<void>(level);
  return bf16::VectorKernel<bf16::Portable>::functions;
}

}  // namespace EBB_NAMESPACE::cpu::x86
