#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <type_traits>

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// A block of channels is one task: its values come from memory for the sums and out of the cache for what
/// is made of them.
struct BatchNorm {
  template <class T>
  static void batch_norm_train(const T* x, const T* gamma, const T* beta, T* y, double* mean,
                               double* variance, T* running_mean, T* running_variance,
                               const BatchNormSizes& sizes) {
    const double count = static_cast<double>(sizes.batch * sizes.length);
    for_each_channel_block(sizes, [=](Index first, Index last) {
      vectorized([=] {
        // Moments about a sample of the channel: its distance to the mean is a few standard deviations, so
        // nothing cancels where the mean is large.
        PerChannel<double> origin;
        for (Index c = first; c < last; ++c) origin[at(c - first)] = static_cast<double>(x[c * sizes.length]);
        const PerChannel<Pair> sums = sum_pairs<T>(sizes, first, last, {x}, [&](Index c, Index i) {
          const double distance = static_cast<double>(x[i]) - origin[at(c)];
          return Pair{distance, distance * distance};
        });
        PerChannel<Line<T>> lines;
        for (Index c = first; c < last; ++c) {
          const auto [sum, squares] = sums[at(c - first)];
          const double offset = sum / count;
          mean[c] = origin[at(c - first)] + offset;
          variance[c] = std::max(squares / count - offset * offset, 0.0);
          move(running_mean[c], mean[c], sizes.momentum);
          move(running_variance[c], variance[c] * (count / (count - 1)), sizes.momentum);
          lines[at(c - first)] =
              Line<T>(mean[c], inverse_std(variance[c], sizes), gamma[c], beta[c], sizes.relu);
        }
        for (Index n = 0; n < sizes.batch; ++n)
          walk(sizes, n, first, last, [&](Index c, Index i, Index) { y[i] = lines[at(c)].clipped(x[i]); });
      });
    });
  }

  template <class T>
  static void batch_norm_eval(const T* x, const T* mean, const T* variance, const T* gamma, const T* beta,
                              T* y, const BatchNormSizes& sizes) {
    for_each_channel_block(sizes, [=](Index first, Index last) {
      const PerChannel<Line<T>> lines = make_lines(mean, variance, gamma, beta, first, last, sizes);
      for (Index n = 0; n < sizes.batch; ++n)
        walk(sizes, n, first, last, [&](Index c, Index i, Index) { y[i] = lines[at(c)].clipped(x[i]); });
    });
  }

  template <class T>
  static void batch_norm_train_gradient(const T* dy, const T* x, const double* mean, const double* variance,
                                        const T* gamma, const T* beta, T* dx, T* dgamma, T* dbeta,
                                        const BatchNormSizes& sizes) {
    const double count = static_cast<double>(sizes.batch * sizes.length);
    for_each_channel_block(sizes, [=](Index first, Index last) {
      vectorized([=] {
        const PerChannel<Line<T>> lines = make_lines(mean, variance, gamma, beta, first, last, sizes);
        const PerChannel<Pair> sums = gradient_sums(dy, x, mean, lines, first, last, sizes);
        if (dgamma) write_sums(sums, variance, first, last, dgamma, dbeta, sizes);
        if (!dx) return;
        PerChannel<T> slopes;
        PerChannel<Line<T>> rests;
        for (Index c = first; c < last; ++c) {
          const double inv_std = inverse_std(variance[c], sizes),
                       factor = inv_std * static_cast<double>(gamma[c]);
          const auto [of_dy, of_product] = sums[at(c - first)];
          slopes[at(c - first)] = static_cast<T>(factor);
          rests[at(c - first)] = Line<T>(mean[c], -factor * inv_std * inv_std * of_product / count, T(1),
                                         static_cast<T>(-factor * of_dy / count), false);
        }
        for (Index n = 0; n < sizes.batch; ++n) {
          walk(sizes, n, first, last, [&](Index c, Index i, Index) {
            dx[i] = slopes[at(c)] * lines[at(c)].passed(dy[i], x[i]) + rests[at(c)](x[i]);
          });
        }
      });
    });
  }

  template <class T>
  static void batch_norm_eval_gradient(const T* dy, const T* x, const T* mean, const T* variance,
                                       const T* gamma, const T* beta, T* dx, T* dgamma, T* dbeta,
                                       const BatchNormSizes& sizes) {
    for_each_channel_block(sizes, [=](Index first, Index last) {
      const PerChannel<Line<T>> lines = make_lines(mean, variance, gamma, beta, first, last, sizes);
      if (dgamma) {
        write_sums(gradient_sums(dy, x, mean, lines, first, last, sizes), variance, first, last, dgamma,
                   dbeta, sizes);
      }
      if (!dx) return;
      PerChannel<T> slopes;
      for (Index c = first; c < last; ++c) {
        slopes[at(c - first)] =
            static_cast<T>(inverse_std(variance[c], sizes) * static_cast<double>(gamma[c]));
      }
      for (Index n = 0; n < sizes.batch; ++n)
        walk(sizes, n, first, last,
             [&](Index c, Index i, Index) { dx[i] = slopes[at(c)] * lines[at(c)].passed(dy[i], x[i]); });
    });
  }

 private:
  static constexpr Index max_channels = 16;  // per block
  static constexpr Index lanes = 32;

  template <class V>
  using PerChannel = std::array<V, max_channels>;

  struct Pair {
    double first = 0, second = 0;
  };

  // (x - mean) scale gamma + beta. The mean is kept in two parts of type T: x - high is exact where x is near
  // it, so a float loses nothing against a mean in double. With a ReLU behind it, results below 0 are
  // clipped; without, the floor is one that nothing falls below.
  template <class T>
  struct Line {
    Line() = default;
    Line(double mean, double scale, T gamma, T beta, bool relu)
        : high(static_cast<T>(mean)),
          low(static_cast<T>(mean - static_cast<double>(high))),
          slope(static_cast<T>(scale * static_cast<double>(gamma))),
          constant(beta),
          floor(relu ? T(0) : -std::numeric_limits<T>::infinity()) {}
    T operator()(T x) const { return ((x - high) - low) * slope + constant; }
    T clipped(T x) const {
      const T y = (*this)(x);
      return y < floor ? floor : y;
    }
    // The gradient of clipped: dy where the result was above the floor. A mask, since g++ does not vectorise
    // the choice between two numbers here.
    T passed(T dy, T x) const {
      using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
      const Bits mask = -static_cast<Bits>(!((*this)(x) <= floor));
      return std::bit_cast<T>(std::bit_cast<Bits>(dy) & mask);
    }
    T high, low, slope, constant, floor;
  };

  template <class T, class S>
  static PerChannel<Line<T>> make_lines(const S* mean, const S* variance, const T* gamma, const T* beta,
                                        Index first, Index last, const BatchNormSizes& sizes) {
    PerChannel<Line<T>> lines;
    for (Index c = first; c < last; ++c)
      lines[at(c - first)] = Line<T>(static_cast<double>(mean[c]), inverse_std(variance[c], sizes), gamma[c],
                                     beta[c], sizes.relu);
    return lines;
  }

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

  template <class S>
  static double inverse_std(S variance, const BatchNormSizes& sizes) {
    return 1.0 / std::sqrt(static_cast<double>(variance) + sizes.epsilon);
  }

  template <class T>
  static void move(T& running, double now, double momentum) {
    running = static_cast<T>(momentum * static_cast<double>(running) + (1.0 - momentum) * now);
  }

  // f(first, last) for blocks of channels: as many as make a run of memory that is worth its start.
  template <class F>
  static void for_each_channel_block(const BatchNormSizes& sizes, F f) {
    const Index count = std::clamp<Index>(512 / std::max<Index>(sizes.length, 1), 1, max_channels);
    parallel_for(sizes.channels, count, f);
  }

  // f(c, i, slot) for the values x[i] of the channels first + c < last of sample n. A slot belongs to one
  // channel; values side by side in memory go to slots side by side.
  template <class F>
  [[gnu::always_inline]] static inline void walk(const BatchNormSizes& sizes, Index n, Index first,
                                                 Index last, F f) {
    const Index start = n * sizes.channels + first;
    if (sizes.length == 1) {
      simd_lanes<max_channels>(last - first, [&](Index c, Index) { f(c, start + c, c); });
      return;
    }
    for (Index c = 0; c < last - first; ++c) {
      const Index row = (start + c) * sizes.length;
      simd_lanes<lanes>(sizes.length, [&](Index i, Index lane) { f(c, row + i, c * lanes + lane); });
    }
  }

  // The hardware does not foresee the jump to the next sample.
  template <class T>
  static void prefetch(const T* x, const BatchNormSizes& sizes, Index n, Index first, Index last) {
    const T* const run = x + (n * sizes.channels + first) * sizes.length;
    constexpr Index line = 64 / sizeof(T);
    for (Index i = 0; i < (last - first) * sizes.length; i += line) __builtin_prefetch(run + i, 0, 2);
  }

  // Per channel: the sums of both terms(c, i) over its values, computed from `inputs`.
  template <class T, class F>
  static PerChannel<Pair> sum_pairs(const BatchNormSizes& sizes, Index first, Index last,
                                    std::initializer_list<const T*> inputs, F terms) {
    alignas(64) std::array<double, max_channels * lanes> firsts{}, seconds{};
    for (Index n = 0; n < sizes.batch; ++n) {
      if (n + 1 < sizes.batch)
        for (const T* input : inputs) prefetch(input, sizes, n + 1, first, last);
      walk(sizes, n, first, last, [&](Index c, Index i, Index slot) {
        const auto [a, b] = terms(c, i);
        firsts[at(slot)] += a;
        seconds[at(slot)] += b;
      });
    }
    const Index slots = sizes.length == 1 ? 1 : lanes;
    PerChannel<Pair> sums;
    for (Index slot = 0; slot < (last - first) * slots; ++slot) {
      sums[at(slot / slots)].first += firsts[at(slot)];
      sums[at(slot / slots)].second += seconds[at(slot)];
    }
    return sums;
  }

  // Per channel: the sums of dy and of dy (x - mean).
  template <class T, class S>
  static PerChannel<Pair> gradient_sums(const T* dy, const T* x, const S* mean,
                                        const PerChannel<Line<T>>& lines, Index first, Index last,
                                        const BatchNormSizes& sizes) {
    PerChannel<double> middle;
    for (Index c = first; c < last; ++c) middle[at(c - first)] = static_cast<double>(mean[c]);
    return sum_pairs<T>(sizes, first, last, {dy, x}, [&](Index c, Index i) {
      const double slope = static_cast<double>(lines[at(c)].passed(dy[i], x[i]));
      return Pair{slope, slope * (static_cast<double>(x[i]) - middle[at(c)])};
    });
  }

  template <class T, class S>
  static void write_sums(const PerChannel<Pair>& sums, const S* variance, Index first, Index last, T* dgamma,
                         T* dbeta, const BatchNormSizes& sizes) {
    for (Index c = first; c < last; ++c) {
      const auto [of_dy, of_product] = sums[at(c - first)];
      dgamma[c] = static_cast<T>(of_product * inverse_std(variance[c], sizes));
      dbeta[c] = static_cast<T>(of_dy);
    }
  }
};

}  // namespace EBB_NAMESPACE::cpu
