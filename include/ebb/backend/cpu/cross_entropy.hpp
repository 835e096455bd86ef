#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/exp.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct CrossEntropy {
  template <class T>
  static void cross_entropy(const T* logits, const std::int32_t* labels, const T* weight, T* loss,
                            const CrossEntropySizes& sizes) {
    for_each_label<T>(sizes, [=](Index i, T* scratch, T*) {
      const Index label = labels[i];
      if (label == sizes.ignored) {
        loss[i] = T(0);
        return;
      }
      const T* const x = line(logits, i, sizes, scratch);
      const Parts<T> parts = softmax_parts(x, sizes.classes);
      // -log_softmax, the large numbers first, so that the small one keeps its digits.
      const auto surprise = [=, top = static_cast<double>(parts.largest), log_sum = std::log(parts.sum)](
                                Index c) { return (top - static_cast<double>(x[c])) + log_sum; };
      double total = (1 - sizes.label_smoothing) * weight_of(weight, label) * surprise(label);
      if (sizes.label_smoothing > 0) {  // else an impossible class, of logit -inf, would give 0 inf
        double smooth = 0;
        for (Index c = 0; c < sizes.classes; ++c) smooth += weight_of(weight, c) * surprise(c);
        total += sizes.label_smoothing / static_cast<double>(sizes.classes) * smooth;
      }
      loss[i] = static_cast<T>(total);
    });
  }

  template <class T>
  static void cross_entropy_gradient(const T* logits, const std::int32_t* labels, const T* weight,
                                     const T* scale, T* dlogits, const CrossEntropySizes& sizes) {
    const double share = sizes.label_smoothing / static_cast<double>(std::max<Index>(sizes.classes, 1));
    double all_weights = 0;
    for (Index c = 0; c < sizes.classes; ++c) all_weights += weight_of(weight, c);
    for_each_label<T>(sizes, [=](Index i, T* scratch, T* slopes) {
      const Index label = labels[i];
      T* const dx = sizes.positions == 1 ? dlogits + i * sizes.classes : slopes;
      if (label == sizes.ignored) {
        std::fill_n(dx, sizes.classes, T(0));
      } else {
        const T* const x = line(logits, i, sizes, scratch);
        const Parts<T> parts = softmax_parts(x, sizes.classes);
        const double factor = static_cast<double>(scale[i]);
        const double of_label = factor * (1 - sizes.label_smoothing) * weight_of(weight, label);
        const T of_softmax = static_cast<T>((of_label + factor * share * all_weights) / parts.sum);
        simd_for(sizes.classes,
                 [=](Index c) { dx[c] = of_softmax * detail::exp_in_lanes(x[c] - parts.largest); });
        if (share > 0) {
          for (Index c = 0; c < sizes.classes; ++c)
            dx[c] -= static_cast<T>(factor * share * weight_of(weight, c));
        }
        dx[label] -= static_cast<T>(of_label);
      }
      if (sizes.positions == 1) return;
      T* const to = dlogits + first_of(i, sizes);
      for (Index c = 0; c < sizes.classes; ++c) to[c * sizes.positions] = dx[c];
    });
  }

 private:
  template <class T>
  struct Parts {
    T largest;
    double sum;
  };

  // softmax(x) = exp(x - largest) / sum
  template <class T>
  static Parts<T> softmax_parts(const T* x, Index classes) {
    constexpr Index lanes = 16;
    std::array<T, lanes> tops;
    std::array<double, lanes> sums{};
    tops.fill(x[0]);
    const auto at = [](Index lane) { return static_cast<std::size_t>(lane); };
    T largest = x[0];
    vectorized([&] {
      simd_lanes<lanes>(classes,
                        [&](Index c, Index lane) { tops[at(lane)] = std::max(tops[at(lane)], x[c]); });
      largest = *std::max_element(tops.begin(), tops.end());
      simd_lanes<lanes>(classes, [&, top = largest](Index c, Index lane) {
        sums[at(lane)] += static_cast<double>(detail::exp_in_lanes(x[c] - top));
      });
    });
    return {largest, std::accumulate(sums.begin(), sums.end(), 0.0)};
  }

  template <class T>
  static double weight_of(const T* weight, Index c) {
    return weight ? static_cast<double>(weight[c]) : 1.0;
  }

  // Label i = n L + l is that of the logits (n, :, l).
  static Index first_of(Index i, const CrossEntropySizes& sizes) {
    return i / sizes.positions * sizes.classes * sizes.positions + i % sizes.positions;
  }

  // The logits of a label side by side: where they are, or copied into `scratch`.
  template <class T>
  static const T* line(const T* logits, Index i, const CrossEntropySizes& sizes, T* scratch) {
    const T* const x = logits + first_of(i, sizes);
    if (sizes.positions == 1) return x;
    for (Index c = 0; c < sizes.classes; ++c) scratch[c] = x[c * sizes.positions];
    return scratch;
  }

  // f(i, a, b) for each label, a and b with room for a number per class where there are several positions.
  template <class T, class F>
  static void for_each_label(const CrossEntropySizes& sizes, F f) {
    const Index grain = std::max<Index>(1, (1 << 11) / std::max<Index>(sizes.classes, 1));
    parallel_for(sizes.batch * sizes.positions, grain, [&](Index first, Index last) {
      const auto room = static_cast<std::size_t>(sizes.positions > 1 ? sizes.classes : 0);
      std::vector<T> a(room), b(room);
      for (Index i = first; i < last; ++i) f(i, a.data(), b.data());
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
