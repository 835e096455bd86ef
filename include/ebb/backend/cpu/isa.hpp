#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "ebb/core/error.hpp"

namespace EBB_NAMESPACE::cpu {

/// Instruction sets that kernels are compiled for, each containing those before it.
enum class Isa { portable, avx2, avx512 };

inline constexpr std::array<std::string_view, 3> isa_names{"portable", "avx2", "avx512"};

inline Isa detected_isa() {
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2 && __builtin_cpu_supports("avx512f")) return Isa::avx512;
  if (avx2) return Isa::avx2;
#endif
  return Isa::portable;
}

inline Isa chosen_isa() {
  const Isa best = detected_isa();
  const char* const wish = std::getenv("EBB_ISA");
  if (!wish || !*wish) return best;
  const auto found = std::find(isa_names.begin(), isa_names.end(), wish);
  detail::require(found != isa_names.end(), "isa", "EBB_ISA is '", wish,
                       "', expected portable, avx2 or avx512");
  return std::min(best, static_cast<Isa>(found - isa_names.begin()));
}

/// The instruction set in use: the best of this processor, or a lower one named by the environment variable
/// EBB_ISA when the program starts.
inline Isa isa() {
  static const Isa chosen = chosen_isa();
  return chosen;
}

}  // namespace EBB_NAMESPACE::cpu
