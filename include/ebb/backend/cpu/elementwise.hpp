#pragma once

#include <algorithm>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// A functor that says `computes` does so much for an element, in operations that a vector has, that a copy
/// of its loop for AVX2 pays; with all others the loop waits for memory.
struct Elementwise {
  template <class F, class T, class R>
  static void map(F f, const T* x, R* y, Index n) {
    parallel_for(n, grain, [=](Index first, Index last) {
      run<F>([=, x = x + first, y = y + first] {
        simd_for(last - first, [=](Index i) mutable { y[i] = f(x[i]); });
      });
    });
  }

  template <class F, class A, class B, class R>
  static void zip(F f, const A* a, const B* b, R* y, const BroadcastSizes& sizes) {
    if (sizes.size == 0) return;
    const Index width = sizes.rank > 0 ? sizes.extent[0] : 1;
    const Index step_a = sizes.rank > 0 ? sizes.a_stride[0] : 0,
                step_b = sizes.rank > 0 ? sizes.b_stride[0] : 0;
    const Index rows = sizes.size / width, part = std::min(width, grain), parts = blocks_of(width, part);
    parallel_for(rows * parts, std::max<Index>(1, grain / width), [&](Index first, Index last) {
      for (Index task = first; task < last; ++task) {
        const Index row = task / parts, from = task % parts * part;
        Index rest = row, at_a = from * step_a, at_b = from * step_b;
        for (std::size_t axis = 1; axis < static_cast<std::size_t>(sizes.rank); ++axis) {
          const Index i = rest % sizes.extent[axis];
          rest /= sizes.extent[axis];
          at_a += i * sizes.a_stride[axis];
          at_b += i * sizes.b_stride[axis];
        }
        run<F>([=, y = y + row * width + from] {
          zip_row(f, a + at_a, step_a, b + at_b, step_b, y, std::min(part, width - from));
        });
      }
    });
  }

 private:
  static constexpr Index grain = 1 << 14;

  template <class F, class Body>
  [[gnu::always_inline]] static inline void run(const Body& body) {
    if constexpr (requires { requires F::computes; }) {
      vectorized_everywhere(body);
    } else {
      body();
    }
  }

  // One loop per case, so that the compiler knows the steps.
  template <class F, class A, class B, class R>
  static void zip_row(F f, const A* a, Index step_a, const B* b, Index step_b, R* y, Index n) {
    if (step_a == 1 && step_b == 1) {
      simd_for(n, [=](Index i) mutable { y[i] = f(a[i], b[i]); });
    } else if (step_a == 1) {
      simd_for(n, [=, right = *b](Index i) mutable { y[i] = f(a[i], right); });
    } else if (step_b == 1) {
      simd_for(n, [=, left = *a](Index i) mutable { y[i] = f(left, b[i]); });
    } else {
      std::fill(y, y + n, f(*a, *b));
    }
  }
};

}  // namespace EBB_NAMESPACE::cpu
