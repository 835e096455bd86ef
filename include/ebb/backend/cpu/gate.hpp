#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "ebb/config.hpp"

/// The functions of gates in inference, where a GRU and a WaveNet spend what their products leave. They take
/// two thirds of the time of core/tanh.hpp and core/sigmoid.hpp, at a rounding that the sums in front of them
/// exceed.

namespace EBB_NAMESPACE::cpu {

/// tanh as the quotient of two polynomials (Eigen's coefficients), which is 1 where it is cut off: within
/// seven units in the last place, below 4e-4 with a relative error of at most 4e-7. NaN stays NaN.
[[gnu::always_inline]] inline float gate_tanh(float value) {
  // In bits, because g++ would make branches out of choices of numbers.
  constexpr std::uint32_t most = std::bit_cast<std::uint32_t>(7.90531110763549805f), sign = 1u << 31;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const float x = std::bit_cast<float>(std::min(bits & ~sign, most) | (bits & sign)), square = x * x;
  float p = -2.76076847742355e-16f;
  p = p * square + 2.00018790482477e-13f;
  p = p * square + -8.60467152213735e-11f;
  p = p * square + 5.12229709037114e-08f;
  p = p * square + 1.48572235717979e-05f;
  p = p * square + 6.37261928875436e-04f;
  p = p * square + 4.89352455891786e-03f;
  float q = 1.19825839466702e-06f;
  q = q * square + 1.18534705686654e-04f;
  q = q * square + 2.26843463243900e-03f;
  q = q * square + 4.89352518554385e-03f;
  const std::uint32_t nan = 0u - static_cast<std::uint32_t>(value != value);
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x * p / q) | nan);
}

inline double gate_tanh(double x) { return std::tanh(x); }

/// 1 / (1 + exp(-x)) for a factor of something else: where it is nearly 0 its relative error does not count.
template <class T>
[[gnu::always_inline]] inline T gate_sigmoid(T x) {
  return T(0.5) + T(0.5) * gate_tanh(T(0.5) * x);
}

struct GateTanh {
  static constexpr bool computes = true;
  template <class T>
  [[gnu::always_inline]] T operator()(T x) const {
    return gate_tanh(x);
  }
};

}  // namespace EBB_NAMESPACE::cpu
