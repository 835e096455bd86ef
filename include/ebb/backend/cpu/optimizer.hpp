#pragma once

#include <cmath>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct Optimizer {
  template <class T>
  static void sgd_step(T* w, const T* gradient, T* velocity, Index n, const SgdStep<T>& step) {
    parallel_for(n, grain, [=](Index first, Index last) {
      for (Index i = first; i < last; ++i) {
        T g = gradient[i] + step.weight_decay * w[i];
        if (velocity) {
          velocity[i] = step.momentum * velocity[i] + g;
          g = step.nesterov ? g + step.momentum * velocity[i] : velocity[i];
        }
        w[i] -= step.learning_rate * g;
      }
    });
  }

  template <class T>
  static void adam_step(T* w, const T* gradient, T* first_moment, T* second_moment, Index n,
                        const AdamStep<T>& step) {
    parallel_for(n, grain, [=](Index first, Index last) {
      for (Index i = first; i < last; ++i) {
        const T g = gradient[i] + step.weight_decay * w[i];
        const T m = first_moment[i] = step.beta1 * first_moment[i] + step.rest1 * g;
        const T v = second_moment[i] = step.beta2 * second_moment[i] + step.rest2 * g * g;
        const T kept = w[i] - step.decoupled_decay * w[i];
        w[i] = kept - step.step_size * m / (std::sqrt(v) * step.second_moment_correction + step.epsilon);
      }
    });
  }

 private:
  static constexpr Index grain = 1 << 13;
};

}  // namespace EBB_NAMESPACE::cpu
