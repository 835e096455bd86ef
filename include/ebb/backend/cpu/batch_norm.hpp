#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct BatchNorm {
  template <class T>
  static void batch_norm_train(const T* x, const T* gamma, const T* beta, T* y, double* mean,
                               double* variance, T* running_mean, T* running_variance,
                               const BatchNormSizes& sizes) {
    const double count = static_cast<double>(sizes.batch * sizes.length);
    for_each_channel_block(sizes, [=](Index first, Index last) {
      // Moments about a sample of the channel: its distance to the mean is a few standard deviations, so
      // nothing cancels where the mean is large.
      std::array<Sums, channels_per_block> sums{};
      for_each_run(sizes, first, last, [&](Index channel, Index at) {
        const double origin = static_cast<double>(x[channel * sizes.length]);
        sums[local(channel - first)] += sum_pairs(sizes.length, [=](Index i) {
          const double distance = static_cast<double>(x[at + i]) - origin;
          return Sums{distance, distance * distance};
        });
      });
      std::array<Line<T>, channels_per_block> lines;
      for (Index c = first; c < last; ++c) {
        const auto [sum, squares] = sums[local(c - first)];
        const double offset = sum / count;
        mean[c] = static_cast<double>(x[c * sizes.length]) + offset;
        variance[c] = std::max(squares / count - offset * offset, 0.0);
        move(running_mean[c], mean[c], sizes.momentum);
        move(running_variance[c], variance[c] * (count / (count - 1)), sizes.momentum);
        lines[local(c - first)] = Line<T>(mean[c], inverse_std(variance[c], sizes), gamma[c], beta[c]);
      }
      for_each_run(sizes, first, last, [&](Index channel, Index at) {
        const Line<T> line = lines[local(channel - first)];
        for (Index i = at; i < at + sizes.length; ++i) y[i] = line(x[i]);
      });
    });
  }

  template <class T>
  static void batch_norm_eval(const T* x, const T* mean, const T* variance, const T* gamma, const T* beta,
                              T* y, const BatchNormSizes& sizes) {
    std::vector<Line<T>> lines;
    for (Index c = 0; c < sizes.channels; ++c) {
      lines.emplace_back(static_cast<double>(mean[c]), inverse_std(variance[c], sizes), gamma[c], beta[c]);
    }
    for_each_row(sizes, [&](Index channel, Index at) {
      const Line<T> line = lines[local(channel)];
      for (Index i = at; i < at + sizes.length; ++i) y[i] = line(x[i]);
    });
  }

  template <class T>
  static void batch_norm_train_gradient(const T* dy, const T* x, const double* mean, const double* variance,
                                        const T* gamma, T* dx, T* dgamma, T* dbeta,
                                        const BatchNormSizes& sizes) {
    const double count = static_cast<double>(sizes.batch * sizes.length);
    for_each_channel_block(sizes, [=](Index first, Index last) {
      const auto sums = gradient_sums(dy, x, mean, first, last, sizes);
      if (dgamma) write_sums(sums, variance, first, last, dgamma, dbeta, sizes);
      if (!dx) return;
      for_each_run(sizes, first, last, [&](Index c, Index at) {
        const double inv_std = inverse_std(variance[c], sizes),
                     factor = inv_std * static_cast<double>(gamma[c]);
        const auto [of_dy, of_product] = sums[local(c - first)];
        const T slope = static_cast<T>(factor);
        const Line<T> rest(mean[c], -factor * inv_std * inv_std * of_product / count, T(1),
                           static_cast<T>(-factor * of_dy / count));
        for (Index i = at; i < at + sizes.length; ++i) dx[i] = slope * dy[i] + rest(x[i]);
      });
    });
  }

  template <class T>
  static void batch_norm_eval_gradient(const T* dy, const T* x, const T* mean, const T* variance,
                                       const T* gamma, T* dx, T* dgamma, T* dbeta,
                                       const BatchNormSizes& sizes) {
    if (dx) {
      std::vector<T> slopes;
      for (Index c = 0; c < sizes.channels; ++c) {
        slopes.push_back(static_cast<T>(inverse_std(variance[c], sizes) * static_cast<double>(gamma[c])));
      }
      for_each_row(sizes, [&](Index channel, Index at) {
        const T slope = slopes[local(channel)];
        for (Index i = at; i < at + sizes.length; ++i) dx[i] = slope * dy[i];
      });
    }
    if (dgamma) {
      for_each_channel_block(sizes, [=](Index first, Index last) {
        write_sums(gradient_sums(dy, x, mean, first, last, sizes), variance, first, last, dgamma, dbeta,
                   sizes);
      });
    }
  }

 private:
  static constexpr Index channels_per_block = 16;

  struct Sums {
    double first = 0, second = 0;
    Sums& operator+=(const Sums& other) {
      first += other.first;
      second += other.second;
      return *this;
    }
  };

  // (x - mean) scale gamma + beta. The mean is kept in two parts of type T: x - high is exact where x is near
  // it, so a float loses nothing against a mean in double.
  template <class T>
  struct Line {
    Line() = default;
    Line(double mean, double scale, T gamma, T beta)
        : high(static_cast<T>(mean)),
          low(static_cast<T>(mean - static_cast<double>(high))),
          slope(static_cast<T>(scale * static_cast<double>(gamma))),
          constant(beta) {}
    T operator()(T x) const { return ((x - high) - low) * slope + constant; }
    T high, low, slope, constant;
  };

  static std::size_t local(Index i) { return static_cast<std::size_t>(i); }

  template <class S>
  static double inverse_std(S variance, const BatchNormSizes& sizes) {
    return 1.0 / std::sqrt(static_cast<double>(variance) + sizes.epsilon);
  }

  template <class T>
  static void move(T& running, double now, double momentum) {
    running = static_cast<T>(momentum * static_cast<double>(running) + (1.0 - momentum) * now);
  }

  // The sum of term(i) over [0, n) in four interleaved parts.
  template <class F>
  static Sums sum_pairs(Index n, F term) {
    Sums a, b, c, d;
    Index i = 0;
    for (; i + 4 <= n; i += 4) {
      a += term(i);
      b += term(i + 1);
      c += term(i + 2);
      d += term(i + 3);
    }
    for (; i < n; ++i) a += term(i);
    a += b;
    c += d;
    return a += c;
  }

  // Per channel: the sums of dy and of dy (x - mean).
  template <class T, class S>
  static std::array<Sums, channels_per_block> gradient_sums(const T* dy, const T* x, const S* mean,
                                                            Index first, Index last,
                                                            const BatchNormSizes& sizes) {
    std::array<Sums, channels_per_block> sums{};
    for_each_run(sizes, first, last, [&](Index channel, Index at) {
      const double middle = static_cast<double>(mean[channel]);
      sums[local(channel - first)] += sum_pairs(sizes.length, [=](Index i) {
        const double slope = static_cast<double>(dy[at + i]);
        return Sums{slope, slope * (static_cast<double>(x[at + i]) - middle)};
      });
    });
    return sums;
  }

  template <class T, class S>
  static void write_sums(const std::array<Sums, channels_per_block>& sums, const S* variance, Index first,
                         Index last, T* dgamma, T* dbeta, const BatchNormSizes& sizes) {
    for (Index c = first; c < last; ++c) {
      const auto [of_dy, of_product] = sums[local(c - first)];
      dgamma[c] = static_cast<T>(of_product * inverse_std(variance[c], sizes));
      dbeta[c] = static_cast<T>(of_dy);
    }
  }

  // f(first, last) for blocks of channels: one channel where its rows are long, else as many as share lines
  // of the cache.
  template <class F>
  static void for_each_channel_block(const BatchNormSizes& sizes, F f) {
    parallel_for(sizes.channels, sizes.length >= 64 ? 1 : channels_per_block, f);
  }

  // f(channel, position of its first value) for the rows of the channels [first, last), sample by sample.
  template <class F>
  static void for_each_run(const BatchNormSizes& sizes, Index first, Index last, F f) {
    for (Index n = 0; n < sizes.batch; ++n) {
      for (Index c = first; c < last; ++c) f(c, (n * sizes.channels + c) * sizes.length);
    }
  }

  // The same for all rows, in parallel.
  template <class F>
  static void for_each_row(const BatchNormSizes& sizes, F f) {
    const Index grain = std::max<Index>(1, (1 << 14) / std::max<Index>(sizes.length, 1));
    parallel_for(sizes.batch * sizes.channels, grain, [&](Index first, Index last) {
      for (Index row = first; row < last; ++row) f(row % sizes.channels, row * sizes.length);
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
