#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/core/parallel.hpp"

/// Activations in operations that a vector has, for kernels that do them beside something else.

namespace EBB_NAMESPACE::cpu {

/// tanh within a few units in the last place: the quotient of two polynomials that Eigen has, which is 1
/// where it is cut off. NaN stays NaN.
[[gnu::always_inline]] inline float tanh_in_lanes(float value) {
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

inline double tanh_in_lanes(double x) { return std::tanh(x); }

/// 1 / (1 + exp(-x)) within a few units in the last place; below -87, where it is no number of full precision,
/// what it is there. NaN stays NaN. exp as in core/exp.hpp, which this spares its second factor.
[[gnu::always_inline]] inline float sigmoid_in_lanes(float value) {
  constexpr std::uint32_t most = std::bit_cast<std::uint32_t>(87.0f), sign = 1u << 31;
  constexpr float round = 12582912.0f;  // 1.5 2^23: what is added to it loses its fraction
  const float x = std::bit_cast<float>(std::min(std::bit_cast<std::uint32_t>(value) & ~sign, most) | sign);
  const float shifted = x * 1.44269504f + round;
  const float n = shifted - round;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * (r * r) + r + 1.0f;
  const std::uint32_t power = std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(round);
  const float e = y * std::bit_cast<float>((power + 127) << 23);  // exp(-|value|)
  const std::uint32_t nan = 0u - static_cast<std::uint32_t>(value != value);
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>((value < 0.0f ? e : 1.0f) / (1.0f + e)) | nan);
}

inline double sigmoid_in_lanes(double x) {
  const double e = std::exp(x < 0 ? x : -x);
  return (x < 0 ? e : 1) / (1 + e);
}

struct TanhInLanes {
  template <class T>
  [[gnu::always_inline]] T operator()(T x) const {
    return tanh_in_lanes(x);
  }
};

struct SigmoidInLanes {
  template <class T>
  [[gnu::always_inline]] T operator()(T x) const {
    return sigmoid_in_lanes(x);
  }
};

/// y[i] = f(x[i]) in vectors; y may be x.
template <class F, class T>
void map_in_lanes(F f, const T* x, T* y, Index n) {
  parallel_for(n, 1 << 14, [=](Index first, Index last) {
    vectorized(
        [=] { simd_for(last - first, [=, x = x + first, y = y + first](Index i) { y[i] = f(x[i]); }); });
  });
}

}  // namespace EBB_NAMESPACE::cpu
