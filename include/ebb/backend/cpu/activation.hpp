#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/core/exp.hpp"
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

/// 1 / (1 + exp(-x)), from an exp that does not overflow.
template <class T>
[[gnu::always_inline]] inline T sigmoid_in_lanes(T x) {
  const T e = detail::exp_in_lanes(x < T(0) ? x : -x);
  return (x < T(0) ? e : T(1)) / (T(1) + e);
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
