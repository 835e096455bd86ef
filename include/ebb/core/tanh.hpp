#pragma once

#include <cmath>

#include "ebb/config.hpp"
#include "ebb/core/choose.hpp"
#include "ebb/core/exp.hpp"

namespace EBB_NAMESPACE::detail {

/// The hyperbolic tangent in operations that a vector has, within three units in the last place: e / (e + 2)
/// with e = exp(2 x) - 1.
EBB_HOST_DEVICE inline float tanh_in_lanes(float x) {
  // From 20 on it is 1, while e would leave the range of a float.
  const float e = expm1_in_lanes(choose(x > 20.0f, 40.0f, 2.0f * x));
  return e / (e + 2.0f);
}

EBB_HOST_DEVICE inline double tanh_in_lanes(double x) { return std::tanh(x); }

}  // namespace EBB_NAMESPACE::detail
