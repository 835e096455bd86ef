#pragma once

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::cpu {

/// What becomes of a layer's sums before they are stored, while they are in registers or in cache:
/// y = max(0, sum + bias + added).
template <class T>
struct Epilogue {
  const T* bias = nullptr;   ///< one for each filter, or null
  const T* added = nullptr;  ///< laid out as y, perhaps y itself where the kernel says so; or null
  bool relu = false;         ///< negative results become 0

  /// That of the filters, and of what is laid out as y, from the given ones on.
  [[nodiscard]] Epilogue from(Index filter, Index offset) const {
    return {bias ? bias + filter : nullptr, added ? added + offset : nullptr, relu};
  }
};

/// y[i] = max(0, sum[i] + added[i]), where the epilogue says so.
template <class T>
void finish(const T* sum, const T* added, bool relu, T* y, Index n) {
  vectorized([=] {
    if (added && relu) {
      simd_for(n, [=](Index i) { y[i] = sum[i] + added[i] < T(0) ? T(0) : sum[i] + added[i]; });
    } else if (added) {
      simd_for(n, [=](Index i) { y[i] = sum[i] + added[i]; });
    } else if (relu) {
      simd_for(n, [=](Index i) { y[i] = sum[i] < T(0) ? T(0) : sum[i]; });
    }
  });
}

}  // namespace EBB_NAMESPACE::cpu
