#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// The values of a group are neighbours: they come from memory for the sum and out of the cache for the rest.
/// Sums are kept in double.
struct GroupNorm {
  template <class T>
  static void group_norm(const T* x, const T* gamma, const T* beta, T* y, double* mean, double* inverse_std,
                         const GroupNormSizes& s) {
    const Index size = s.channels * s.inner;
    parallel_for(s.batch * s.groups, grain(size), [=](Index first, Index last) {
      vectorized([=] {
        for (Index row = first; row < last; ++row) {
          const T* const from = x + row * size;
          mean[row] =
              sum(size, [=](Index i) { return static_cast<double>(from[i]); }) / static_cast<double>(size);
          const double squares = sum(size, [=, middle = mean[row]](Index i) {
            const double distance = static_cast<double>(from[i]) - middle;
            return distance * distance;
          });
          inverse_std[row] = 1 / std::sqrt(squares / static_cast<double>(size) + s.epsilon);
          const Standard<T> standard(mean[row], inverse_std[row]);
          const Index channel = row % s.groups * s.channels;
          store(s, y + row * size, [=, g = gamma + channel, b = beta + channel](Index c, Index i) {
            return standard(from[i]) * g[c] + b[c];
          });
        }
      });
    });
  }

  /// dgamma and dbeta are summed per block of samples, in order, and these sums in the order of the blocks.
  template <class T>
  static void group_norm_gradient(const T* dy, const T* x, const double* mean, const double* inverse_std,
                                  const T* gamma, T* dx, T* dgamma, T* dbeta, const GroupNormSizes& s) {
    const Index size = s.channels * s.inner, width = s.groups * s.channels;
    const Index samples = std::clamp<Index>(s.batch / 16, 1, 256), blocks = blocks_of(s.batch, samples);
    const Scratch<T> partial(dgamma ? 2 * blocks * width : 0);
    T* const of_gamma = partial.data();
    T* const of_beta = of_gamma + blocks * width;
    if (dgamma) std::fill_n(of_gamma, 2 * blocks * width, T(0));
    parallel_for(blocks * s.groups, 1, [=](Index first, Index last) {
      vectorized([=] {
        for (Index task = first; task < last; ++task) {
          const Index block = task / s.groups, group = task % s.groups, channel = group * s.channels;
          for (Index n = block * samples; n < std::min((block + 1) * samples, s.batch); ++n) {
            const Index row = n * s.groups + group;
            const Row<T> values{dy + row * size, x + row * size, gamma + channel,
                                Standard<T>(mean[row], inverse_std[row])};
            T* const to_gamma = dgamma ? of_gamma + block * width + channel : nullptr;
            T* const to_beta = dgamma ? of_beta + block * width + channel : nullptr;
            const Pair sums = s.inner == 1 ? sums_of_values(values, s, to_gamma, to_beta)
                                           : sums_of_channels(values, s, to_gamma, to_beta);
            if (dx) store_gradient(values, sums, inverse_std[row], dx + row * size, s);
          }
        }
      });
    });
    if (!dgamma) return;
    for (Index c = 0; c < width; ++c) {
      Pair total;
      for (Index block = 0; block < blocks; ++block) {
        total.first += static_cast<double>(of_gamma[block * width + c]);
        total.second += static_cast<double>(of_beta[block * width + c]);
      }
      dgamma[c] = static_cast<T>(total.first);
      dbeta[c] = static_cast<T>(total.second);
    }
  }

 private:
  static constexpr Index lanes = 16;

  struct Pair {
    double first = 0, second = 0;
  };

  // (x - mean) / standard deviation. The mean is kept in two parts of type T: x - high is exact where x is
  // near it, so a float loses nothing against a mean in double.
  template <class T>
  struct Standard {
    Standard(double mean, double inverse_std)
        : high(static_cast<T>(mean)),
          low(static_cast<T>(mean - static_cast<double>(high))),
          scale(static_cast<T>(inverse_std)) {}
    T operator()(T x) const { return ((x - high) - low) * scale; }
    T high, low, scale;
  };

  template <class T>
  struct Row {
    const T *dy, *x, *gamma;
    Standard<T> standard;
  };

  static Index grain(Index size) { return std::max<Index>(1, (1 << 13) / std::max<Index>(size, 1)); }

  template <class F>
  [[gnu::always_inline]] static inline Pair sum_pairs(Index n, F term) {
    std::array<double, lanes> first{}, second{};
    simd_lanes<lanes>(n, [&](Index i, Index lane) {
      const auto [a, b] = term(i);
      first[static_cast<std::size_t>(lane)] += a;
      second[static_cast<std::size_t>(lane)] += b;
    });
    return {total(first), total(second)};
  }

  template <class F>
  [[gnu::always_inline]] static inline double sum(Index n, F term) {
    std::array<double, lanes> sums{};
    simd_lanes<lanes>(n, [&](Index i, Index lane) { sums[static_cast<std::size_t>(lane)] += term(i); });
    return total(sums);
  }

  // Halves are added to each other: short rows would wait for a chain of additions.
  [[gnu::always_inline]] static inline double total(std::array<double, lanes>& sums) {
    for (std::size_t half = lanes / 2; half > 0; half /= 2)
      for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
    return sums[0];
  }

  // y[i] = f(c, i) for the values i of each channel c of a group.
  template <class T, class F>
  [[gnu::always_inline]] static inline void store(const GroupNormSizes& s, T* y, F f) {
    if (s.inner == 1) {
      simd_for(s.channels, [&](Index i) { y[i] = f(i, i); });
      return;
    }
    for (Index c = 0; c < s.channels; ++c) {
      const Index from = c * s.inner;
      simd_for(s.inner, [&](Index i) { y[from + i] = f(c, from + i); });
    }
  }

  // The sums over a group of g and of g times the standardised x, where g = dy gamma, with one value per
  // channel; adds what each channel gives to dgamma and dbeta, unless they are null.
  template <class T>
  [[gnu::always_inline]] static inline Pair sums_of_values(const Row<T>& row, const GroupNormSizes& s,
                                                           T* dgamma, T* dbeta) {
    if (dgamma) {
      simd_for(s.channels, [=](Index c) {
        dgamma[c] += row.dy[c] * row.standard(row.x[c]);
        dbeta[c] += row.dy[c];
      });
    }
    return sum_pairs(s.channels, [=](Index c) {
      const T g = row.dy[c] * row.gamma[c];
      return Pair{static_cast<double>(g), static_cast<double>(g * row.standard(row.x[c]))};
    });
  }

  // The same with many values per channel.
  template <class T>
  [[gnu::always_inline]] static inline Pair sums_of_channels(const Row<T>& row, const GroupNormSizes& s,
                                                             T* dgamma, T* dbeta) {
    Pair sums;
    for (Index c = 0; c < s.channels; ++c) {
      const Pair of_channel = sum_pairs(s.inner, [=, from = c * s.inner](Index i) {
        const T dy = row.dy[from + i];
        return Pair{static_cast<double>(dy), static_cast<double>(dy * row.standard(row.x[from + i]))};
      });
      const auto gamma = static_cast<double>(row.gamma[c]);
      sums.first += gamma * of_channel.first;
      sums.second += gamma * of_channel.second;
      if (!dgamma) continue;
      dgamma[c] += static_cast<T>(of_channel.second);
      dbeta[c] += static_cast<T>(of_channel.first);
    }
    return sums;
  }

  template <class T>
  [[gnu::always_inline]] static inline void store_gradient(const Row<T>& row, const Pair& sums,
                                                           double inverse_std, T* dx,
                                                           const GroupNormSizes& s) {
    const double share = inverse_std / static_cast<double>(s.channels * s.inner);
    const T scale = static_cast<T>(inverse_std), constant = static_cast<T>(sums.first * share),
            slope = static_cast<T>(sums.second * share);
    store(s, dx, [=](Index c, Index i) {
      return row.dy[i] * row.gamma[c] * scale - constant - row.standard(row.x[i]) * slope;
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
