#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "ebb/backend/cpu/bf16/tiles.hpp"
#include "ebb/backend/cpu/bf16/vector.hpp"
#include "ebb/backend/cpu/x86/bf16.hpp"

namespace ebb::test {

/// The matrix tiles in plain C++, after the description of the instructions in Intel's manual ("tdpbf16ps"):
/// where a processor has them, both give the same bits.
struct EmulatedTiles {
  using Row = std::array<std::uint32_t, 16>;

  static cpu::bf16::TileConfig& config() {
    static thread_local cpu::bf16::TileConfig instance(0);
    return instance;
  }
  static std::array<Row, 16>& tile(int t) {
    static thread_local std::array<std::array<Row, 16>, 8> tiles{};
    return tiles[static_cast<std::size_t>(t)];
  }

  static void begin(Index depth) { config() = cpu::bf16::TileConfig(depth); }
  static void end() { config() = cpu::bf16::TileConfig(0); }

  template <int T>
  static void zero() {
    tile(T) = {};
  }
  template <int T>
  static void load(const void* from, Index row_bytes) {
    zero<T>();
    for (std::size_t r = 0; r < config().rows[T]; ++r)
      std::memcpy(tile(T)[r].data(), static_cast<const char*>(from) + static_cast<Index>(r) * row_bytes,
                  config().row_bytes[T]);
  }
  template <int T>
  static void store(void* to, Index row_bytes) {
    for (std::size_t r = 0; r < config().rows[T]; ++r)
      std::memcpy(static_cast<char*>(to) + static_cast<Index>(r) * row_bytes, tile(T)[r].data(),
                  config().row_bytes[T]);
  }
  template <int C, int A, int B>
  static void dot() {
    const auto number = [](std::uint32_t bits) { return std::bit_cast<float>(bits); };
    for (std::size_t m = 0; m < config().rows[A]; ++m) {
      for (std::size_t n = 0; n < 16; ++n) {
        float low = 0, high = 0;
        for (std::size_t k = 0; k < config().rows[B]; ++k) {
          const std::uint32_t a = tile(A)[m][k], b = tile(B)[k][n];
          low = std::fma(number(a << 16), number(b << 16), low);
          high = std::fma(number(a & 0xffff0000u), number(b & 0xffff0000u), high);
        }
        tile(C)[m][n] = std::bit_cast<std::uint32_t>(number(tile(C)[m][n]) + (low + high));
      }
    }
  }
};

struct NamedKernel {
  std::string name;
  const cpu::bf16::Kernel* kernel;
};

inline const cpu::bf16::Kernel& emulated_kernel() {
  static constexpr cpu::bf16::Kernel kernel =
      cpu::bf16::with_tiles<EmulatedTiles>(cpu::bf16::VectorKernel<cpu::bf16::Portable>::functions);
  return kernel;
}

/// Every kernel that runs here: the emulation and those of the instruction sets up to the one in use.
inline std::vector<NamedKernel> kernels() {
  std::vector<NamedKernel> all{{"emulated amx", &emulated_kernel()}};
  for (std::size_t level = 0; level <= static_cast<std::size_t>(cpu::isa()); ++level)
    all.push_back({std::string(cpu::isa_names[level]), &cpu::x86::bf16_kernel(static_cast<cpu::Isa>(level))});
  return all;
}

template <class T>
std::vector<T> normal_numbers(Index count, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<T> numbers(static_cast<std::size_t>(count));
  for (T& number : numbers) number = static_cast<T>(normal(random));
  return numbers;
}

inline double rounded(float value) { return static_cast<double>(static_cast<float>(bfloat16(value))); }

/// A result without rounding but that of the operands, and how far the order of a float sum can take it.
struct Exact {
  void add(float a, float b) {
    const double product = rounded(a) * rounded(b);
    sum += product;
    magnitude += std::abs(product);
    ++terms;
  }
  /// True for a float that is sum + bias, cut off below 0 where `relu` is set.
  [[nodiscard]] bool matches(float result, float bias, bool relu) const {
    const double unit = std::ldexp(1.0, -24), exact = sum + static_cast<double>(bias);
    const double bound = (terms + 2) * unit * (magnitude + std::abs(static_cast<double>(bias)));
    return std::abs(static_cast<double>(result) - (relu && exact < 0 ? 0.0 : exact)) <= bound;
  }

  double sum = 0, magnitude = 0;
  int terms = 0;
};

}  // namespace ebb::test
