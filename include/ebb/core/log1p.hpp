#pragma once

#include <cmath>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE::detail {

/// log(1 + x) for x in [0, 1], which is what softplus asks for, in operations that a vector has: within two
/// units in the last place. It is 2 artanh(s) with s = x / (2 + x); of artanh(s) / s a polynomial in s^2.
EBB_HOST_DEVICE inline float log1p_in_lanes(float x) {
  const float s = x / (2.0f + x), t = s * s;
  float y = 1.220652908e-1f;
  y = y * t + 1.069662645e-1f;
  y = y * t + 1.431036144e-1f;
  y = y * t + 1.999934614e-1f;
  y = y * t + 3.333334029e-1f;
  return 2.0f * (s + s * (t * y));
}

EBB_HOST_DEVICE inline double log1p_in_lanes(double x) { return std::log1p(x); }

}  // namespace EBB_NAMESPACE::detail
