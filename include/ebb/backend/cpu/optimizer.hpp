#pragma once

#include <algorithm>
#include <cmath>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct Optimizer {
  template <class T>
  static void sgd_step(T* w, const T* gradient, T* velocity, Index n, const SgdStep<T>& step) {
    const auto slope = [=](Index i) { return gradient[i] + step.weight_decay * w[i]; };
    const auto moved = [=](Index i) { return velocity[i] = step.momentum * velocity[i] + slope(i); };
    for_each_block(n, [=](Index first, Index count) {
      if (!velocity) {
        simd_for(count, [=](Index i) { w[first + i] -= step.learning_rate * slope(first + i); });
      } else if (step.nesterov) {
        simd_for(count, [=](Index i) {
          const T g = slope(first + i);
          w[first + i] -= step.learning_rate * (g + step.momentum * moved(first + i));
        });
      } else {
        simd_for(count, [=](Index i) { w[first + i] -= step.learning_rate * moved(first + i); });
      }
    });
  }

  template <class T>
  static void adam_step(T* w, const T* gradient, T* first_moment, T* second_moment, Index n,
                        const AdamStep<T>& step) {
    for_each_block(n, [=](Index first, Index count) {
      alignas(64) T root[block]{};
      simd_for(count, [&, w = w + first, g = gradient + first, m = first_moment + first,
                       v = second_moment + first](Index i) {
        const T slope = g[i] + step.weight_decay * w[i];
        m[i] = step.beta1 * m[i] + step.rest1 * slope;
        v[i] = root[i] = step.beta2 * v[i] + step.rest2 * slope * slope;
      });
      square_roots(root);
      simd_for(count, [&, w = w + first, m = first_moment + first](Index i) {
        const T kept = w[i] - step.decoupled_decay * w[i];
        w[i] = kept - step.step_size * m[i] / (root[i] * step.second_moment_correction + step.epsilon);
      });
    });
  }

  template <class T>
  static void rmsprop_step(T* w, const T* gradient, T* mean_square, T* mean, T* velocity, Index n,
                           const RmspropStep<T>& step) {
    for_each_block(n, [=](Index first, Index count) {
      alignas(64) T root[block]{};
      T* const weight = w + first;
      const auto slope = [=, g = gradient + first](Index i) { return g[i] + step.weight_decay * weight[i]; };
      simd_for(count, [&, v = mean_square + first](Index i) {
        v[i] = root[i] = step.alpha * v[i] + step.rest * slope(i) * slope(i);
      });
      if (mean) {
        simd_for(count, [&, m = mean + first](Index i) {
          m[i] = step.alpha * m[i] + step.rest * slope(i);
          // Of equal gradients the variance is 0, and by rounding less, which has no root.
          const T variance = root[i] - m[i] * m[i];
          root[i] = variance < T(0) ? T(0) : variance;
        });
      }
      square_roots(root);
      const auto quotient = [&](Index i) { return slope(i) / (root[i] + step.epsilon); };
      if (velocity) {
        simd_for(count, [&, v = velocity + first](Index i) {
          v[i] = step.momentum * v[i] + quotient(i);
          weight[i] -= step.learning_rate * v[i];
        });
      } else {
        simd_for(count, [&](Index i) { weight[i] -= step.learning_rate * quotient(i); });
      }
    });
  }

 private:
  static constexpr Index grain = 1 << 13, block = 64;

  // f(first, count) for blocks of at most `block` elements.
  template <class F>
  static void for_each_block(Index n, F f) {
    parallel_for(n, grain, [&](Index first, Index last) {
      vectorized([&] {
        for (Index i = first; i < last; i += block) f(i, std::min(block, last - i));
      });
    });
  }

  // Of `block` numbers. std::sqrt may set errno, which keeps compilers from vectorising it.
  template <class T>
  static void square_roots(T* x) {
#if defined(__x86_64__)
    using Vector [[gnu::vector_size(16), gnu::may_alias]] = T;
    for (auto* v = reinterpret_cast<Vector*>(x); v != reinterpret_cast<Vector*>(x + block); ++v) {
      if constexpr (sizeof(T) == 4) {
        *v = __builtin_ia32_sqrtps(*v);
      } else {
        *v = __builtin_ia32_sqrtpd(*v);
      }
    }
#else
    for (Index i = 0; i < block; ++i) x[i] = std::sqrt(x[i]);
#endif
  }
};

}  // namespace EBB_NAMESPACE::cpu
