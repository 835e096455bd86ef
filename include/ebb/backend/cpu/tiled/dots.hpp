#pragma once

#include "ebb/backend/cpu/tiled/lanes.hpp"

/// Dot products of a row with several others, which are read once: several streams of memory at a time.

namespace EBB_NAMESPACE::cpu::tiled {

inline constexpr Index dot_rows = 8;

/// y[j] = sum over i < steps of a[i] * rows[j][i], for dot_rows rows at a time.
template <class T>
struct Dots {
  const T* const* rows = nullptr;
  const T* a = nullptr;
  Index steps = 0;
  T* y = nullptr;
};

// The sum of a vector's lanes, half by half.
template <class T, int Lanes>
[[gnu::always_inline]] inline T sum_lanes(const Vector<T, Lanes>& v) {
  if constexpr (Lanes == 2) {
    return v[0] + v[1];
  } else {
    Vector<T, Lanes / 2> low, high;
    load<T, Lanes / 2>(reinterpret_cast<const T*>(&v), low);
    load<T, Lanes / 2>(reinterpret_cast<const T*>(&v) + Lanes / 2, high);
    return sum_lanes<T, Lanes / 2>(low + high);
  }
}

template <class T, int Lanes>
[[gnu::always_inline]] inline void run_dots(const Dots<T>& d) {
  constexpr int count = dot_rows;
  Vector<T, Lanes> sum[count]{};
  Index i = 0;
  for (; i + Lanes <= d.steps; i += Lanes) {
    Vector<T, Lanes> a, b;
    load<T, Lanes>(d.a + i, a);
#pragma GCC unroll 8
    for (int j = 0; j < count; ++j) {
      load<T, Lanes>(d.rows[j] + i, b);
      sum[j] += a * b;
    }
  }
#pragma GCC unroll 8
  for (int j = 0; j < count; ++j) d.y[j] = sum_lanes<T, Lanes>(sum[j]);
  for (; i < d.steps; ++i)
    for (int j = 0; j < count; ++j) d.y[j] += d.a[i] * d.rows[j][i];
}

}  // namespace EBB_NAMESPACE::cpu::tiled
