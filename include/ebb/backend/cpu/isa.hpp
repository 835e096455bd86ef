#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "ebb/core/error.hpp"

namespace EBB_NAMESPACE::cpu {

/// Instruction sets that kernels are compiled for, each containing those before it.
enum class Isa { portable, avx2, avx512, avx512_bf16, amx };

inline constexpr std::array<std::string_view, 5> isa_names{"portable", "avx2", "avx512", "avx512_bf16",
                                                           "amx"};

/// Linux lets a process use the matrix tiles, whose state of 8 KB a thread it must save, after it has asked.
inline bool allowed_to_use_tiles() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr long request = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, request, tile_data) == 0;
#else
  return false;
#endif
}

inline Isa detected_isa() {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Isa::portable;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw")) return Isa::avx2;
  // Not every compiler knows the names of the younger features.
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx);
  const bool bfloat16_products = eax >> 5 & 1;
  __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
  const bool tiles = edx >> 22 & edx >> 24 & 1;  // AMX-BF16 and AMX-TILE
  if (!bfloat16_products) return Isa::avx512;
  return tiles ? Isa::amx : Isa::avx512_bf16;
#else
  return Isa::portable;
#endif
}

inline Isa chosen_isa() {
  Isa chosen = detected_isa();
  if (const char* const wish = std::getenv("EBB_ISA"); wish && *wish) {
    const auto found = std::find(isa_names.begin(), isa_names.end(), wish);
    detail::require(found != isa_names.end(), "isa", "EBB_ISA is '", wish,
                    "', expected portable, avx2, avx512, avx512_bf16 or amx");
    chosen = std::min(chosen, static_cast<Isa>(found - isa_names.begin()));
  }
  return chosen == Isa::amx && !allowed_to_use_tiles() ? Isa::avx512_bf16 : chosen;
}

/// The instruction set in use: the best of this processor, or a lower one that the environment variable
/// EBB_ISA names at the first call. Error [isa] for an unknown name.
inline Isa isa() {
  static const Isa chosen = chosen_isa();
  return chosen;
}

}  // namespace EBB_NAMESPACE::cpu
