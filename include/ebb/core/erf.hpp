#pragma once

#include <cmath>

#include "ebb/config.hpp"
#include "ebb/core/choose.hpp"
#include "ebb/core/exp.hpp"

/// The error function in operations that a vector has. The coefficients are those of least relative error.

namespace EBB_NAMESPACE::detail {

/// erf(x) for |x| <= 1: x times a polynomial in x^2.
EBB_HOST_DEVICE inline float erf_near_zero(float x) {
  const float s = x * x;
  float y = -9.641512406e-6f;
  y = y * s + 1.125694695e-4f;
  y = y * s - 8.482828853e-4f;
  y = y * s + 5.220945459e-3f;
  y = y * s - 2.686540037e-2f;
  y = y * s + 1.128378212e-1f;
  y = y * s - 3.761263788e-1f;
  y = y * s + 1.283791671e-1f;  // 2 / sqrt(pi) - 1, so that the last sum is rounded once
  return x + x * y;
}

/// erfc(x) for x >= 0.47: (1 + 2 x) exp(x^2) erfc(x) is nearly a constant, and a polynomial in (x - 2) / (x +
/// 2) (Shepherd and Laframboise, 1981). From 10.2 on it is 0, as it is in a float.
EBB_HOST_DEVICE inline float erfc_tail(float x) {
  x = choose(x > 10.2f, 10.2f, x);
  const float q = (x - 2.0f) / (x + 2.0f);
  float y = 2.215184451e-4f;
  y = y * q - 3.138657068e-4f;
  y = y * q - 1.474889509e-3f;
  y = y * q + 1.217959954e-3f;
  y = y * q + 8.729006870e-3f;
  y = y * q - 8.024812552e-3f;
  y = y * q - 5.422085875e-2f;
  y = y * q + 1.640506205e-1f;
  y = y * q - 1.660303586e-1f;
  y = y * q - 9.276381319e-2f;
  y = y * q + 2.769783813e-1f;
  return (1.0f + y) / (1.0f + 2.0f * x) * exp_of_minus_square(x);
}

/// Within two units in the last place.
EBB_HOST_DEVICE inline float erf_in_lanes(float x) {
  const float size = std::fabs(x);
  const float far = 1.0f - erfc_tail(size);
  return choose(size < 1.0f, erf_near_zero(x), std::copysign(far, x));
}

/// 1 - erf(x), with all digits where that is small: within four units in the last place.
EBB_HOST_DEVICE inline float erfc_in_lanes(float x) {
  const float size = std::fabs(x);
  const float far = erfc_tail(size);
  return choose(size < 0.5f, 1.0f - erf_near_zero(x), choose(x < 0.0f, 2.0f - far, far));
}

EBB_HOST_DEVICE inline double erf_in_lanes(double x) { return std::erf(x); }
EBB_HOST_DEVICE inline double erfc_in_lanes(double x) { return std::erfc(x); }

}  // namespace EBB_NAMESPACE::detail
