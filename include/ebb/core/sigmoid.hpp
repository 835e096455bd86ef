#pragma once

#include "ebb/config.hpp"
#include "ebb/core/choose.hpp"
#include "ebb/core/exp.hpp"

namespace EBB_NAMESPACE::detail {

/// 1 / (1 + exp(-x)) in operations that a vector has, in float within three units in the last place. Only
/// ever exp of a negative number: nothing overflows.
template <class C>
EBB_HOST_DEVICE C sigmoid_in_lanes(C x) {
  const C e = exp_in_lanes(x < C(0) ? x : -x);
  return choose(x < C(0), e, C(1)) / (C(1) + e);
}

}  // namespace EBB_NAMESPACE::detail
